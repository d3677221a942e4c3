internal import BerthArchive
internal import BerthStore
internal import BerthSystem
internal import SystemPackage

/// Makes trees that are there what an entry has: only what differs is written, each file aside and then renamed; what is
/// too much goes.
///
/// Not all or none: a failure leaves each file as it was or as it will be.
struct TreeUpdater: Sendable {
    let store: Store
    let source: RestoreSource
    let shelf: PackShelf
    /// Whom the trees belong to afterwards; nil: what is there stays whose it is.
    let owner: TreeOwner?

    func update(_ places: [FilePath]) async throws -> RestoreOutcome {
        let landings = try await offload { try places.map { try ExistingLanding($0) } }
        let moment = FileTime.now
        let manifest = try await offload { [source] in try source.manifest() }
        let index = TreeIndex(manifest)
        let store = store
        var found = try await offload {
            try NameCollisions(manifest, index).check(landings)
            return try Comparison(manifest, index, landings, PlaceRecords(store)).run()
        }
        found = try await read(found, manifest, index, landings)
        let wanted = found.wanted
        var asides = found.asides
        for member in wanted.sorted() { asides[member] = try AsideNames.any() }
        let plan = RestorePlan(
            manifest, index, landings, ChunkUses(manifest, wanted.contains), asides: asides)
        let settling = Settling(plan: plan, found: found)
        do {
            try await offload { try settling.prepare() }
            let filled = try await PackFill(
                store: store, shelf: shelf, packs: source.packs, isSelective: true
            ).run(plan)
            let (notes, left) = try await offload { [owner] in
                // Before anything gets its name, and then what came with it: second names that had to be copies.
                try TreeRestorer.give(landings, to: owner)
                let finished = try settling.finish()
                try TreeRestorer.give(landings, to: owner)
                return finished
            }
            var outcome = RestoreOutcome(strategy: .unpack)
            outcome.written = filled.written
            outcome.reused = ByteCount(max(0, manifest.byteCount.value - filled.written.value))
            outcome.notes = left
            try await offload { Self.note(plan, notes, PlaceRecords(store), at: moment) }
            return outcome
        } catch {
            try? await offload { settling.discard() }
            throw error
        }
    }

    /// Hashes the files of which nobody knows whether they are right.
    private func read(
        _ found: Comparison.Found, _ manifest: TreeManifest, _ index: TreeIndex, _ landings: [ExistingLanding]
    ) async throws -> Comparison.Found {
        let doubtful = found.doubtful
        let plan = RestorePlan(manifest, index, landings, ChunkUses(manifest) { _ in false }, asides: [:])
        let shares = try await WorkQueue.share(doubtful.count) { queue in
            let stack = FolderStack(manifest, index, roots: try plan.openRoots())
            var wrong: [Int] = []
            try queue.drain { next in
                let (folder, name) = try plan.place(doubtful[next], stack)
                guard case .file(let file) = manifest.members[doubtful[next]].content else { return }
                // What nobody can read is not right either.
                if (try? ContentCheck.isSame(folder.read(name), file, manifest)) != true {
                    wrong.append(doubtful[next])
                }
            }
            return wrong
        }
        var found = found
        found.wanted.formUnion(shares.flatMap(\.self))
        return found
    }

    /// What was hashed or noted before is known; what was just written is too young for that.
    private static func note(
        _ plan: RestorePlan, _ notes: [FileNote], _ keeper: PlaceRecords, at moment: FileTime
    ) {
        for (tree, landing) in plan.landings.enumerated() {
            guard let place = TreePlace(landing.place.name, in: landing.place.parent) else { continue }
            keeper.write(plan.noted(notes, in: tree), at: moment, content: plan.manifest.content, of: place)
        }
    }
}

/// Compares a file's bytes with what a manifest says of them.
enum ContentCheck {
    static func isSame(_ source: OpenFile, _ file: TreeManifest.File, _ manifest: TreeManifest) throws -> Bool {
        var offset: Int64 = 0
        for chunk in file.chunks {
            let size = manifest.chunks[chunk].size
            var bytes = try source.read(size, at: offset)
            guard bytes.count == size else { return false }
            if offset == 0, let stamp = file.stamp {
                guard ByteCode.takeStamp(&bytes, named: Array("x.pyc".utf8), 0) == stamp else { return false }
            }
            guard Digest.of(bytes) == manifest.chunks[chunk].digest else { return false }
            offset += Int64(size)
        }
        return true
    }
}

/// A tree that is updated where it is.
final class ExistingLanding: Landing {
    let destination: FilePath
    let parent: Folder
    let stage: Folder.Name

    init(_ destination: FilePath) throws {
        self.destination = destination
        (parent, stage) = try LandingChooser.split(destination)
    }

    var place: (parent: Folder, name: Folder.Name) { (parent, stage) }
    func install() throws {}
    func takeBack() throws {}
    func forget() -> String? { nil }
    func discard() {}
}
