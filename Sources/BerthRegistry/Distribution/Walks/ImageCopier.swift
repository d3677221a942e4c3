internal import BerthArchive
internal import BerthSystem

/// Copies an image from one repository to another without the store: taken over where both are on one registry, else passed
/// through and verified.
package struct ImageCopier: Sendable {
    let source: RegistryClient
    let target: RegistryClient

    package init(from source: RegistryClient, to target: RegistryClient) {
        self.source = source
        self.target = target
    }

    /// Copies what a name leads to, with all below it and all that refers to it, under the tags.
    package func copy(_ name: ManifestName, tags: [Tag]) async throws -> TransferSummary {
        let (tree, attachments) = try await trees(name)
        return try await delivery.deliver(tree, tags: tags, attachments: attachments)
    }

    /// What such a copy would do; both registries are only asked.
    package func plan(_ name: ManifestName, tags: [Tag]) async throws -> DeliveryPlan {
        let (tree, attachments) = try await trees(name)
        return try await delivery.plan(tree, tags: tags, attachments: attachments)
    }

    private var delivery: ImageDelivery {
        let window = target.policy.window.value
        return ImageDelivery(
            target: target, elsewhere: [source.repository], step: "copy to \(target.repository)",
            source: { [source] blob in RemoteBlob(blob, on: source, usual: window) })
    }

    private func trees(_ name: ManifestName) async throws -> (ManifestTree, [ManifestTree]) {
        let top = try await source.requiredManifest(name)
        let tree = try await ManifestTree.walk(top) { try await source.requiredManifest(.digest($0.digest)) }
        return (tree, try await ReferrerWalk(client: source, takesLists: true).trees(below: tree.manifests))
    }
}
