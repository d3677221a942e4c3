internal import BerthArchive
internal import BerthSystem

/// A manifest and all manifests below it, each once, those below before those above.
package struct ManifestTree: Sendable {
    /// In the order in which a registry takes them; the last one is the top.
    package let manifests: [RegistryManifest]

    package var top: RegistryManifest { manifests[manifests.count - 1] }

    /// Layers and configurations, each once: layers first, since they take longest.
    package var blobs: [ContentDescriptor] {
        var seen: Set<Digest> = []
        let all = manifests.flatMap(\.layers) + manifests.compactMap(\.config)
        return all.filter { seen.insert($0.digest).inserted }
    }

    /// Deeper nests no image; wider none that is meant well.
    private static let deepest = 4
    private static let most = 256

    /// Walks down from `top`; `read` fetches a manifest that an index names, `includes` chooses among those.
    static func walk(
        _ top: RegistryManifest, includes: (ContentDescriptor) -> Bool = { _ in true },
        read: (ContentDescriptor) async throws -> RegistryManifest
    ) async throws -> ManifestTree {
        var found: [RegistryManifest] = []
        var seen: Set<Digest> = [top.digest]
        var open = [top]
        for _ in 0..<deepest where !open.isEmpty {
            found += open
            var below: [RegistryManifest] = []
            for child in open.flatMap(\.manifests) where includes(child) && seen.insert(child.digest).inserted {
                guard seen.count <= most else { throw tooMuch(top.digest) }
                below.append(try await read(child))
            }
            open = below
        }
        guard open.isEmpty else { throw tooMuch(top.digest) }
        return ManifestTree(manifests: found.reversed())
    }

    private static func tooMuch(_ digest: Digest) -> BerthError {
        BerthError(
            .damaged, "an image nests deeper than \(deepest) or has more than \(most) manifests", place: "\(digest)",
            done: "nothing of it was kept", remedy: "ask whoever pushed the image")
    }
}
