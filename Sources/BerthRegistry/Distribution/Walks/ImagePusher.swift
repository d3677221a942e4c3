package import BerthArchive
package import BerthStore
internal import BerthSystem
internal import SystemPackage

/// Pushes an image from the store into a repository.
package struct ImagePusher: Sendable {
    let store: Store
    let client: RegistryClient
    let elsewhere: [Repository]

    /// Blobs that another of the `elsewhere` repositories on the same registry has are taken over from there.
    package init(store: Store, client: RegistryClient, elsewhere: [Repository] = []) {
        self.store = store
        self.client = client
        self.elsewhere = elsewhere
    }

    /// Pushes an index or image with all that it reaches under the tags, then the attachments: manifests of the store that
    /// name it, or an image below it, as their subject.
    package func push(_ top: Digest, tags: [Tag], attachments: [Digest] = []) async throws -> TransferSummary {
        try await delivery.deliver(try await tree(top), tags: tags, attachments: try await trees(attachments))
    }

    /// What such a push would do; the registry is only asked.
    package func plan(_ top: Digest, tags: [Tag], attachments: [Digest] = []) async throws -> DeliveryPlan {
        try await delivery.plan(try await tree(top), tags: tags, attachments: try await trees(attachments))
    }

    private var delivery: ImageDelivery {
        let piece = client.policy.piece.value
        return ImageDelivery(
            target: client, elsewhere: elsewhere, step: "push \(client.repository)",
            source: { [store] blob in
                guard store.contains(blob.digest, size: blob.size) else { throw Self.missing(blob, store) }
                return StoredBlob(
                    digest: blob.digest, size: blob.size, path: store.path(of: blob.digest), usual: piece)
            })
    }

    private func trees(_ attachments: [Digest]) async throws -> [ManifestTree] {
        try await inParallel(attachments, limit: 4) { try await self.tree($0) }
    }

    private func tree(_ top: Digest) async throws -> ManifestTree {
        try await ManifestTree.walk(try await read(top)) { try await read($0.digest) }
    }

    private func read(_ digest: Digest) async throws -> RegistryManifest {
        let store = store
        return try RegistryManifest(try await offload { try store.read(digest, limit: RegistryManifest.limit) })
    }

    private static func missing(_ blob: ContentDescriptor, _ store: Store) -> BerthError {
        BerthError(
            .damaged, "the store lacks a blob of the image: \(blob.digest)", place: store.root.string,
            done: "no manifest was pushed", remedy: "run berth store check; build or pull the image again")
    }
}
