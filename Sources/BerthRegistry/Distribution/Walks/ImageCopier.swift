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
        let top = try await source.requiredManifest(name)
        let tree = try await ManifestTree.walk(top) { try await source.requiredManifest(.digest($0.digest)) }
        let attachments = try await ReferrerWalk(client: source, takesLists: true).trees(below: tree.manifests)
        let window = target.policy.window.value
        let delivery = ImageDelivery(
            target: target, elsewhere: [source.repository],
            step: "copy to \(target.repository)",
            source: { [source] blob in RemoteBlob(blob, on: source, usual: window) })
        return try await delivery.deliver(tree, tags: tags, attachments: attachments)
    }
}
