internal import BerthArchive
package import BerthStore
internal import BerthSystem

/// Pulls an image from a repository into the store; everything is verified on its way in.
package struct ImagePuller: Sendable {
    let store: Store
    let session: IngestSession
    let client: RegistryClient

    package init(store: Store, session: IngestSession, client: RegistryClient) {
        self.store = store
        self.session = session
        self.client = client
    }

    /// What a pull brought; all of it is in the store, leased by the session.
    package struct Pulled: Sendable {
        /// What the reference named: an index, or an image.
        package let top: RegistryManifest
        /// The images that were chosen, each with what the index says of it.
        package let images: [Image]
        /// Whether the images are all that the index names.
        package let isWhole: Bool
        /// Manifests that refer to the top, to an image, or to another of these.
        package let attachments: [RegistryManifest]
        package let summary: TransferSummary
    }

    /// One platform's image.
    package struct Image: Sendable {
        package let manifest: RegistryManifest
        package let platform: Ref.Platform?
    }

    /// Pulls what a name leads to; of an index only the entries that `includes` wants.
    package func pull(
        _ name: ManifestName, includes: @Sendable (ContentDescriptor) -> Bool
    ) async throws -> Pulled {
        let top = try await client.requiredManifest(name)
        let wanted = top.manifests.filter(includes)
        if top.type.isList, wanted.isEmpty { throw nothing(top, name) }
        let tree = try await ManifestTree.walk(top, includes: includes) { try await read($0) }
        let images = try images(tree, wanted)
        let attachments = try await ReferrerWalk(client: client, takesLists: false)
            .trees(below: [top] + images.map(\.manifest)).map(\.top)
        var seen: Set<Digest> = []
        let blobs = (tree.blobs + attachments.flatMap(\.blobs)).filter { seen.insert($0.digest).inserted }
        let (found, absent) = try await split(blobs)
        try await client.pull(absent, into: session, of: store)
        try await keep(tree.manifests + attachments)
        var summary = TransferSummary(top.digest)
        for blob in found { summary.add(.found, blob.size) }
        for blob in absent { summary.add(.uploaded, blob.size) }
        summary.attachments = attachments.map(\.digest)
        return Pulled(
            top: top, images: images, isWhole: wanted.count == top.manifests.count, attachments: attachments,
            summary: summary)
    }

    private func images(_ tree: ManifestTree, _ wanted: [ContentDescriptor]) throws -> [Image] {
        guard tree.top.type.isList else { return [Image(manifest: tree.top, platform: nil)] }
        let all = Dictionary(tree.manifests.map { ($0.digest, $0) }) { first, _ in first }
        return try wanted.map { entry in
            guard let manifest = all[entry.digest], !manifest.type.isList else {
                throw BerthError(
                    .failed, "the index holds an index in place of an image", place: "\(entry.digest)",
                    done: "nothing was pulled", remedy: "pull that one by its digest")
            }
            return Image(manifest: manifest, platform: entry.platform)
        }
    }

    private func read(_ entry: ContentDescriptor) async throws -> RegistryManifest {
        let found = try await client.requiredManifest(.digest(entry.digest))
        guard found.bytes.count == Int(entry.size.value) else {
            throw BerthError(
                .damaged, "a manifest has another size than the index says", place: "\(entry.digest)",
                done: "nothing was pulled", remedy: "ask whoever pushed the image")
        }
        return found
    }

    private func split(_ blobs: [ContentDescriptor]) async throws -> ([ContentDescriptor], [ContentDescriptor]) {
        let session = session
        return try await offload {
            var (found, absent): ([ContentDescriptor], [ContentDescriptor]) = ([], [])
            for blob in blobs {
                if try session.keep(blob.digest, size: blob.size) { found.append(blob) } else { absent.append(blob) }
            }
            return (found, absent)
        }
    }

    private func keep(_ manifests: [RegistryManifest]) async throws {
        let session = session
        try await offload { for manifest in manifests { _ = try session.add(manifest.bytes) } }
    }

    private func nothing(_ top: RegistryManifest, _ name: ManifestName) -> BerthError {
        let platforms = top.manifests.compactMap(\.platform).map { "\($0.os)/\($0.architecture)".escaped }
        return BerthError(
            .usage, "\(Reference(repository: client.repository, name)) has no image for these platforms",
            place: "it has \(platforms.isEmpty ? "none" : platforms.joined(separator: ", "))",
            done: "nothing was pulled", remedy: "name a platform that it has with --platform")
    }
}
