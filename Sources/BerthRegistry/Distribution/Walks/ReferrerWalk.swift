internal import BerthArchive
internal import BerthReport
internal import BerthSystem

/// Finds what refers to manifests (bills of materials, signatures), and what refers to that in turn.
///
/// Whoever may push can make any number of manifests refer to an image: beyond the bounds all is left out, which is said.
struct ReferrerWalk: Sendable {
    let client: RegistryClient
    /// Whether an index that refers to something is taken too, with all below it.
    let takesLists: Bool

    /// Manifests that are looked at.
    private static let most = 256
    /// Bytes of manifests, which are held in memory, and of all that they consist of.
    private static let manifests = ByteCount(32 << 20)
    private static let content = ByteCount(1 << 30)
    /// A signature on a bill of materials refers to what refers to the image.
    private static let deepest = 3

    /// What refers to the manifests, each once; what is referred to stands before what refers to it.
    func trees(below manifests: [RegistryManifest]) async throws -> [ManifestTree] {
        var haul = Haul()
        var open = manifests.map(\.digest)
        for _ in 0..<Self.deepest where !open.isEmpty {
            let lists = try await inParallel(open, limit: client.policy.parallel) { subject in
                try await client.referrers(of: subject, most: Self.most + 1).map { Named($0.digest, by: subject) }
            }
            let before = haul.trees.count
            let new = haul.new(lists.flatMap(\.self))
            try await take(new, into: &haul)
            open = haul.trees[before...].map(\.top.digest)
        }
        if haul.isCut {
            client.progress.report(
                .said(
                    "more refers to the image than Berth takes along (\(Self.most) manifests, \(Self.content)): "
                        + "\(haul.trees.count) of them were taken, the others left out"))
        }
        return haul.trees
    }

    /// A few at a time, so that what is too much is noticed before all of it is in memory.
    private func take(_ named: [Named], into haul: inout Haul) async throws {
        var left = named[...]
        while !left.isEmpty {
            let some = Array(left.prefix(client.policy.parallel))
            left = left.dropFirst(some.count)
            let found = try await inParallel(some, limit: some.count) { try await usable($0) }
            for tree in found.compactMap(\.self) { haul.add(tree) }
        }
    }

    /// Nil for what can't be used, which is said: it must not keep anybody from the image.
    private func usable(_ named: Named) async throws -> ManifestTree? {
        do { return try await tree(named) } catch let error as BerthError
            where error.status == .damaged || error.status == .failed
        {
            client.progress.report(.said("\(named.digest) refers to the image and is left out: \(error.what)"))
            return nil
        }
    }

    /// Nil for what is gone, since a list may name that, and for what refers to something else.
    private func tree(_ named: Named) async throws -> ManifestTree? {
        guard let found = try await client.manifest(.digest(named.digest)), takesLists || !found.type.isList,
            found.subject?.digest == named.subject
        else { return nil }
        return try await ManifestTree.walk(found) { try await client.requiredManifest(.digest($0.digest)) }
    }
}

extension ReferrerWalk {
    /// An entry of a list of referrers.
    private struct Named: Sendable, Hashable {
        let digest: Digest
        let subject: Digest

        init(_ digest: Digest, by subject: Digest) {
            self.digest = digest
            self.subject = subject
        }
    }

    /// What was found, within the bounds.
    private struct Haul {
        private var seen: Set<Named> = []
        private(set) var trees: [ManifestTree] = []
        private var looked = 0
        private var manifests = ByteCount(0)
        private var content = ByteCount(0)
        private(set) var isCut = false

        /// What was not looked at before, as far as there is room for it.
        mutating func new(_ named: [Named]) -> [Named] {
            let all = named.filter { seen.insert($0).inserted }
            let taken = Array(all.prefix(ReferrerWalk.most - looked))
            looked += taken.count
            if taken.count < all.count { isCut = true }
            return taken
        }

        mutating func add(_ tree: ManifestTree) {
            let manifests = tree.manifests.reduce(manifests) { $0 + ByteCount($1.bytes.count) }
            let content = tree.blobs.reduce(content) { $0 + $1.size }
            guard manifests <= ReferrerWalk.manifests, content <= ReferrerWalk.content else { return isCut = true }
            (self.manifests, self.content) = (manifests, content)
            trees.append(tree)
        }
    }
}
