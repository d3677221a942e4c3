internal import BerthArchive
internal import BerthSystem
internal import Foundation

/// The list of a manifest's referrers under the tag `sha256-<hex>`, kept by clients where the registry keeps none
/// (distribution-spec, "Referrers Tag Schema").
struct ReferrerIndex: Sendable {
    private struct Document: Encodable {
        var schemaVersion = 2
        var mediaType = ManifestType.index.rawValue
        var manifests: [ContentDescriptor]
        var annotations: [String: String]?
    }

    let client: RegistryClient
    let subject: Digest
    /// Somebody else may write the list at the same moment; then ours is put in again.
    private static let rounds = 4

    /// Adds an entry to those that are there.
    func add(_ entry: ContentDescriptor) async throws {
        for _ in 0..<Self.rounds {
            let before = try await client.referrersByTag(of: subject)
            guard before?.manifests.contains(where: { $0.digest == entry.digest }) != true else { return }
            let document = Document(
                manifests: (before?.manifests ?? []) + [entry],
                annotations: before.flatMap { $0.annotations.isEmpty ? nil : $0.annotations })
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            let index = try RegistryManifest(Array(try encoder.encode(document)))
            try await client.put(index, as: .tag(.referrers(of: subject)))
        }
        guard
            try await client.referrersByTag(of: subject)?.manifests.contains(where: { $0.digest == entry.digest })
                == true
        else {
            throw BerthError(
                .temporary, "the list of what refers to \(subject) is written by others all the time",
                place: "\(client.repository)", done: "the image itself is there",
                remedy: "run the same command again")
        }
    }
}
