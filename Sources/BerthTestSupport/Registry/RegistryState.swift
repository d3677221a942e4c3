internal import BerthArchive
internal import Foundation

/// What a `RegistryDouble` holds: a registry in memory (distribution-spec), strict about what it is asked.
struct RegistryState: Sendable {
    struct Manifest: Sendable {
        var type: String
        var bytes: [UInt8]
    }

    struct Upload: Sendable {
        var repository: String
        var bytes: [UInt8] = []
        /// Stands in the session's address and changes with each answer: a client must take the newest.
        var turn = 0
        var lastPiece: Int?
    }

    var blobs: [String: [String: [UInt8]]] = [:]
    var manifests: [String: [String: Manifest]] = [:]
    var uploads: [String: Upload] = [:]
    var tokens: Set<String> = []
    var calls: [RegistryCall] = []
    var faults: [(method: String, part: String, fault: RegistryFault)] = []
    var counter = 0

    /// The next fault that is due for a request, taken out.
    mutating func fault(for method: String, _ path: String) -> RegistryFault? {
        guard let index = faults.firstIndex(where: { $0.method == method && path.contains($0.part) }) else {
            return nil
        }
        return faults.remove(at: index).fault
    }

    /// Puts a list under the tag that a path names, as another client would.
    mutating func overtake(_ path: String, by list: [UInt8]) {
        let parts = path.dropFirst("/v2/".count).split(separator: "/manifests/")
        guard parts.count == 2 else { return }
        manifests[String(parts[0]), default: [:]][String(parts[1])] = Manifest(
            type: "application/vnd.oci.image.index.v1+json", bytes: list)
    }

    mutating func number() -> Int {
        counter += 1
        return counter
    }

    /// Every manifest of a repository that names another as its subject, as a list of referrers has them.
    func referrers(of digest: String, in repository: String) -> [[String: Any]] {
        var seen: Set<String> = []
        return (manifests[repository] ?? [:]).values.compactMap { manifest in
            let own = Digest.of(manifest.bytes).description
            guard let object = RegistryState.object(manifest.bytes), RegistryState.subject(object) == digest,
                seen.insert(own).inserted
            else { return nil }
            var entry: [String: Any] = ["mediaType": manifest.type, "digest": own, "size": manifest.bytes.count]
            let config = object["config"] as? [String: Any]
            entry["artifactType"] = object["artifactType"] ?? config?["mediaType"]
            return entry
        }
    }

    static func object(_ bytes: [UInt8]) -> [String: Any]? {
        (try? JSONSerialization.jsonObject(with: Data(bytes))) as? [String: Any]
    }

    static func subject(_ manifest: [String: Any]) -> String? {
        (manifest["subject"] as? [String: Any])?["digest"] as? String
    }
}
