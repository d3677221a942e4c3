package import BerthArchive
internal import BerthSystem

/// What a push or copy would do, by what the registry says it has; nothing is sent.
package struct DeliveryPlan: Sendable {
    /// How a blob would come to be there.
    package enum Way: Sendable, Hashable {
        case found
        /// Taken over from another repository of the same registry.
        case mounted(Repository)
        case uploaded
    }

    /// A tag, and what it leads to now.
    package struct TagMove: Sendable {
        package let tag: Tag
        package let now: Digest?
    }

    /// The manifest at the top.
    package let digest: Digest
    /// Blobs and their bytes.
    package fileprivate(set) var blobs: [Way: (count: Int, bytes: ByteCount)] = [:]
    /// Manifests of the image that the registry lacks, and those that it has.
    package fileprivate(set) var lacking = 0
    package fileprivate(set) var present = 0
    /// The same for what refers to the image.
    package fileprivate(set) var lackingAttachments = 0
    package fileprivate(set) var presentAttachments = 0
    package fileprivate(set) var tags: [TagMove] = []

    fileprivate mutating func add(_ way: Way, _ size: ByteCount) {
        let known = blobs[way] ?? (0, ByteCount(0))
        blobs[way] = (known.count + 1, known.bytes + size)
    }
}

extension ImageDelivery {
    /// What `deliver` would do.
    func plan(_ tree: ManifestTree, tags: [Tag], attachments: [ManifestTree]) async throws -> DeliveryPlan {
        var plan = DeliveryPlan(digest: tree.top.digest)
        let blobs = Self.blobs(tree, attachments)
        let ways = try await inParallel(blobs, limit: target.policy.parallel) { try await way(of: $0) }
        for (blob, way) in zip(blobs, ways) { plan.add(way, blob.size) }
        plan.lacking = try await lacking(tree.manifests)
        plan.present = tree.manifests.count - plan.lacking
        let others = attachments.flatMap(\.manifests)
        plan.lackingAttachments = try await lacking(others)
        plan.presentAttachments = others.count - plan.lackingAttachments
        for tag in tags { plan.tags.append(.init(tag: tag, now: try await target.digest(of: .tag(tag)))) }
        return plan
    }

    private func lacking(_ manifests: [RegistryManifest]) async throws -> Int {
        let there = try await inParallel(manifests, limit: target.policy.parallel) { manifest in
            try await target.digest(of: .digest(manifest.digest)) == manifest.digest
        }
        return there.count { !$0 }
    }

    private func way(of blob: ContentDescriptor) async throws -> DeliveryPlan.Way {
        if try await target.hasBlob(blob.digest, size: blob.size) { return .found }
        for other in elsewhere where other.host == target.repository.host && other != target.repository {
            if try await target.beside(other).hasBlobIfAllowed(blob) { return .mounted(other) }
        }
        return .uploaded
    }
}

extension RegistryClient {
    /// Another repository of the same registry, by the same login.
    fileprivate func beside(_ other: Repository) -> RegistryClient {
        RegistryClient(
            repository: other, endpoint: endpoint, exchange: exchange, authority: authority, progress: progress)
    }

    /// False too where the repository may not be read: then nothing is taken over from there.
    fileprivate func hasBlobIfAllowed(_ blob: ContentDescriptor) async throws -> Bool {
        do { return try await hasBlob(blob.digest, size: blob.size) } catch let error as BerthError
            where error.status == .authenticationNeeded || error.status == .failed
        {
            return false
        }
    }
}
