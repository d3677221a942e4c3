internal import BerthArchive
internal import BerthSystem
internal import Foundation

/// The list of a manifest's referrers under the tag `sha256-<hex>`, kept by clients where the registry keeps none
/// (distribution-spec, "Referrers Tag Schema").
struct ReferrerIndex: Sendable {
    let client: RegistryClient
    let subject: Digest
    /// Somebody else may write the list at the same moment; then ours are put in again.
    private static let rounds = 6

    /// Adds entries to those that are there; returns once a look at the list has found them in it.
    func add(_ entries: [ContentDescriptor]) async throws {
        let tag = Tag.referrers(of: subject)
        var refused: String?
        for round in 1...Self.rounds {
            let found = try await client.tagged(.tag(tag)).flatMap { $0.manifest.type.isList ? $0 : nil }
            let known = Set((found?.manifest.manifests ?? []).map(\.digest))
            let missing = entries.filter { !known.contains($0.digest) }
            if missing.isEmpty { return }
            let list = try Self.list(found?.manifest, adding: missing)
            // A registry that refuses the very state that it has just named knows no conditions.
            let condition = found?.entityTag == refused ? nil : found?.entityTag
            if try await !client.put(list, as: tag, replacing: condition) {
                refused = condition
                try await Task.sleep(for: client.policy.wait(after: round))
            }
        }
        throw BerthError(
            .temporary, "the list of what refers to \(subject) is written by others all the time",
            place: "\(client.repository)", done: "the image itself is there", remedy: "run the same command again")
    }

    /// A list with more entries; all else that others wrote into it stays, also what Berth has no use for.
    private static func list(
        _ before: RegistryManifest?, adding entries: [ContentDescriptor]
    ) throws -> RegistryManifest {
        var list = try before.flatMap { try object($0.bytes) as? [String: Any] } ?? [:]
        list["schemaVersion"] = 2
        list["mediaType"] = ManifestType.index.rawValue
        let added = try entries.map { try object(Array(try JSONEncoder().encode($0))) }
        list["manifests"] = (list["manifests"] as? [Any] ?? []) + added
        let options: JSONSerialization.WritingOptions = [.sortedKeys, .withoutEscapingSlashes]
        return try RegistryManifest(Array(try JSONSerialization.data(withJSONObject: list, options: options)))
    }

    private static func object(_ bytes: [UInt8]) throws -> Any { try JSONSerialization.jsonObject(with: Data(bytes)) }
}
