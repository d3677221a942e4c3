internal import BerthArchive
internal import BerthReport
internal import BerthSystem

/// Brings manifests and their blobs into a repository, in the order that registries ask for: blobs, manifests, index, tags,
/// then what refers to them.
struct ImageDelivery: Sendable {
    let target: RegistryClient
    /// Repositories of the target's registry that may have the blobs.
    let elsewhere: [Repository]
    let step: String
    /// Where the bytes of a blob come from.
    let source: @Sendable (ContentDescriptor) throws -> any UploadSource

    func deliver(
        _ tree: ManifestTree, tags: [Tag], attachments: [ManifestTree]
    ) async throws -> TransferSummary {
        let blobs = Self.blobs(tree, attachments)
        let counter = TransferCounter(step, total: blobs.reduce(ByteCount(0)) { $0 + $1.size }.value, target.progress)
        do {
            var summary = TransferSummary(tree.top.digest)
            let layers = Set(tree.manifests.flatMap(\.layers).map(\.digest))
            // Configurations after layers: a registry may check what they name.
            for part in [blobs.filter { layers.contains($0.digest) }, blobs.filter { !layers.contains($0.digest) }] {
                try await bring(part, counter, into: &summary)
            }
            try await put(tree, tags: tags)
            summary.tags = tags
            try await attach(attachments)
            summary.attachments = attachments.map(\.top.digest)
            counter.end(summary.note)
            return summary
        } catch {
            counter.fail((error as? BerthError)?.what ?? "ended")
            throw error
        }
    }

    /// All blobs of an image and what refers to it, each once.
    static func blobs(_ tree: ManifestTree, _ attachments: [ManifestTree]) -> [ContentDescriptor] {
        var seen: Set<Digest> = []
        return ([tree] + attachments).flatMap(\.blobs).filter { seen.insert($0.digest).inserted }
    }

    private func bring(
        _ blobs: [ContentDescriptor], _ counter: TransferCounter, into summary: inout TransferSummary
    ) async throws {
        // The biggest first: nothing waits for one that was begun last.
        let ordered = blobs.sorted { ($0.size, $0.digest) > ($1.size, $1.digest) }
        let arrivals = try await inParallel(ordered, limit: target.policy.parallel) { blob in
            var upload = BlobUpload(try source(blob), to: target, elsewhere: elsewhere, counter: counter)
            return try await upload.run()
        }
        for (blob, arrival) in zip(ordered, arrivals) { summary.add(arrival, blob.size) }
    }

    /// Manifests from the bottom up; what is there is not sent again.
    private func put(_ tree: ManifestTree, tags: [Tag]) async throws {
        for manifest in tree.manifests {
            let name = ManifestName.digest(manifest.digest)
            if try await target.digest(of: name) != manifest.digest { try await target.put(manifest, as: name) }
        }
        for tag in tags where try await target.digest(of: .tag(tag)) != tree.top.digest {
            try await target.put(tree.top, as: .tag(tag))
        }
    }

    /// Manifests that refer to others; where the registry does not list them by itself, the fallback tags do.
    private func attach(_ attachments: [ManifestTree]) async throws {
        var unlisted: [(subject: Digest, entry: ContentDescriptor)] = []
        for tree in attachments {
            for manifest in tree.manifests.dropLast() { try await target.put(manifest, as: .digest(manifest.digest)) }
            let taken = try await target.put(tree.top, as: .digest(tree.top.digest))
            guard !taken.knowsSubject, let subject = tree.top.subject else { continue }
            unlisted.append((subject.digest, tree.top.referrer))
        }
        let lists = Dictionary(grouping: unlisted, by: \.subject).sorted { $0.key < $1.key }
        // Twice: another writer who knows no conditions may have taken ours out between our look and its own.
        for (subject, entries) in lists + lists {
            try await ReferrerIndex(client: target, subject: subject).add(entries.map(\.entry))
        }
    }
}
