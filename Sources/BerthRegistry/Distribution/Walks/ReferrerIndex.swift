internal import BerthArchive
internal import BerthSystem
internal import Foundation

/// The list of a manifest's referrers under the tag `sha256-<hex>`, kept by clients where the registry keeps none
/// (distribution-spec, "Referrers Tag Schema").
struct ReferrerIndex: Sendable {
    let client: RegistryClient
    let subject: Digest

    /// Adds entries to those that are there; returns once a look at the list has found them in it.
    func add(_ entries: [ContentDescriptor]) async throws {
        let isIn = try await SharedIndex(client: client, tag: .referrers(of: subject)).change { found in
            let known = Set((found?.manifests ?? []).map(\.digest))
            let missing = entries.filter { !known.contains($0.digest) }
            return missing.isEmpty ? nil : try Self.list(found, adding: missing)
        }
        guard !isIn else { return }
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
