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
        let attachments = try await attachments(of: tree)
        let window = target.policy.window.value
        let delivery = ImageDelivery(
            target: target, elsewhere: [source.repository],
            step: "copy to \(target.repository)",
            source: { [source] blob in RemoteBlob(blob, on: source, usual: window) })
        return try await delivery.deliver(tree, tags: tags, attachments: attachments)
    }

    private func attachments(of tree: ManifestTree) async throws -> [ManifestTree] {
        var seen = Set(tree.manifests.map(\.digest))
        var found: [ManifestTree] = []
        for manifest in tree.manifests {
            let named = try await source.referrers(of: manifest.digest).prefix(100)
            for entry in named where seen.insert(entry.digest).inserted {
                guard let other = try await source.manifest(.digest(entry.digest)),
                    other.subject?.digest == manifest.digest
                else { continue }
                found.append(
                    try await ManifestTree.walk(other) { try await source.requiredManifest(.digest($0.digest)) })
            }
        }
        return found
    }
}
