internal import BerthArchive
internal import BerthSystem

/// An entry as a restore needs it.
struct RestoreSource: Sendable {
    /// Of the manifest's blob: the name that the entry has in `hot/`.
    let digest: Digest
    let manifest: TreeManifest
    let packs: [Digest]

    /// The place of each tree, in the manifest's order.
    func places(_ destinations: [Destination]) throws -> [Destination] {
        try manifest.labels.map { label in
            guard let destination = destinations.first(where: { $0.label == label }) else {
                throw BerthError(
                    .usage, "the entry has a tree \(label.escaped), and nothing says where it goes",
                    remedy: "name a place for it, or save the entry anew with this profile")
            }
            return destination
        }
    }
}

/// A way that is not possible here, and why.
struct WayRefused: Error {
    let reason: String
}
