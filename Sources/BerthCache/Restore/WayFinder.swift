internal import BerthArchive
internal import BerthStore
internal import BerthSystem
internal import SystemPackage

/// Finds the ways in which an entry can get to its places, the cheapest first, and says why others are none.
struct WayFinder: Sendable {
    let store: Store
    let source: RestoreSource
    let options: RestoreOptions
    let shelf: PackShelf
    private let policy: CachePolicy

    init(store: Store, source: RestoreSource, options: RestoreOptions, shelf: PackShelf) {
        (self.store, self.source, self.options, self.shelf) = (store, source, options, shelf)
        // A policy with faults is a note after the next save, and no reason to fail a restore.
        policy = (try? CachePolicy.find(for: store)) ?? CachePolicy()
    }

    /// One way.
    enum Way: Sendable {
        case packs
        case hot(RestoreOptions.Strategy, HotEntry)
    }

    struct Found: Sendable {
        var ways: [Way] = []
        var reasons: [String] = []
    }

    private var home: HotFolder { HotFolder(store) }
    private var maker: HotMaker { HotMaker(home: home, budget: options.hotBudget ?? policy.hot) }

    func find(_ places: [FilePath]) async throws -> Found {
        if options.strategy == .unpack { return Found(ways: [.packs]) }
        var found = Found()
        guard let hot = try await writableEntry(places, &found) else {
            guard options.strategy == nil else { throw refused(found.reasons) }
            found.ways.append(.packs)
            return found
        }
        if let wanted = options.strategy {
            found.ways = [.hot(wanted, hot)]
        } else {
            found.ways = [.hot(.snapshot, hot), .hot(.reflink, hot), .packs]
            found.reasons.append("overlay: mounts are made on request only, for somebody has to end them")
        }
        return found
    }

    /// Nil with the reason also where the store can only be read, unless a way was asked for.
    private func writableEntry(_ places: [FilePath], _ found: inout Found) async throws -> HotEntry? {
        do { return try await entry(places, &found) } catch let error as BerthError
            where error.isForbidden && options.strategy == nil
        {
            found.reasons.append("snapshot, reflink: the store can't be written to: \(error.what)")
            return nil
        }
    }

    func refused(_ reasons: [String]) -> BerthError {
        BerthError(
            .failed, "\(options.strategy?.rawValue ?? "this") is not possible here: \(reasons.joined(separator: "; "))",
            done: "nothing was restored", remedy: "leave --strategy away: the cheapest possible way is taken then")
    }

    /// The entry unpacked and verified; nil where there is none and none is worth while, with the reason.
    private func entry(_ places: [FilePath], _ found: inout Found) async throws -> HotEntry? {
        do {
            if let hot = try await verified() { return hot }
        } catch let error as BerthError where error.status == .damaged {
            found.reasons.append("\(error.what): it was dropped")
            try home.drop(source.digest)
            guard options.strategy != nil else { return nil }
        }
        if let reason = try maker.obstacle(source.size) {
            found.reasons.append(reason)
            return nil
        }
        if options.strategy == nil, let reason = try reasonToWait(places) {
            found.reasons.append(reason)
            return nil
        }
        do { try await warm() } catch let error as BerthError where options.strategy == nil && error.status != .damaged
        {
            // The packs have the content too, and write nothing into the store.
            found.reasons.append("snapshot, reflink: the entry can't be kept unpacked: \(error.what)")
            return nil
        }
        return try HotEntry(source.digest, in: home)
    }

    /// Keeps the entry unpacked from now on; one that is there stays.
    func warm() async throws {
        guard !Files.exists(home.factsFile(of: source.digest)) else { return }
        if let reason = try maker.obstacle(source.size) { throw refused([reason]) }
        let fill = PackFill(store: store, shelf: shelf, packs: source.packs)
        let manifest = try source.manifest()
        try await RoomMaker(store, evicts: false).retrying(source.size) {
            try await maker.make(source.digest, manifest) { try await fill.run($0).notes }
        }
    }

    private func verified() async throws -> HotEntry? {
        guard let hot = try HotEntry(source.digest, in: home), options.verify || !hot.isVerified else {
            return try HotEntry(source.digest, in: home)
        }
        try await HotVerification(manifest: try source.manifest(), hot: hot).run()
        try hot.noteVerified()
        return hot
    }

    /// Nil where unpacking for good pays: the second restore, files can be shared with the places, and the disk has room
    /// for what the next save would not drop at once.
    private func reasonToWait(_ places: [FilePath]) throws -> String? {
        if let free = Machine.freeSpace(at: store.root), free < policy.free.value + source.size.value {
            return "snapshot, reflink: the disk has \(ByteCount(free)) free, too little to keep the entry unpacked"
        }
        for place in places {
            let (parent, _) = try LandingChooser.split(place)
            if let reason = try maker.obstacle(to: parent) { return "snapshot, reflink: \(reason)" }
        }
        let seen = home.root.appending("seen")
        try Files.makeDirectory(seen)
        let mark = seen.appending(source.digest.hex)
        guard !Files.exists(mark) else { return nil }
        try Files.writeAtomically([], to: mark, isDurable: false)
        return "snapshot, reflink: nothing is kept unpacked before the second restore"
    }
}

/// Hashes all files of a hot entry, by several threads.
struct HotVerification: Sendable {
    let manifest: TreeManifest
    let hot: HotEntry

    /// Throws `.damaged` where one is not as the manifest has it.
    func run() async throws {
        let index = TreeIndex(manifest)
        let (manifest, hot, runs) = (manifest, hot, Subtrees(manifest, index).runs)
        _ = try await WorkQueue.share(runs.count) { queue in
            let stack = FolderStack(manifest, index, roots: try hot.openRoots(manifest))
            try queue.drain { next in
                for member in runs[next] {
                    guard case .file(let file) = manifest.members[member].content else { continue }
                    try hot.reading {
                        let source = try Self.open(member, index, manifest, stack, hot)
                        try HotCheck(manifest, hot).check(source, try source.facts(), member, file)
                    }
                }
            }
        }
    }

    private static func open(
        _ member: Int, _ index: TreeIndex, _ manifest: TreeManifest, _ stack: FolderStack, _ hot: HotEntry
    ) throws -> OpenFile {
        let name: Folder.Name? =
            index.parent(of: member) == nil
            ? HotEntry.name(index.tree(of: member)) : Folder.Name(bytes: manifest.members.name(of: member))
        let folder = index.parent(of: member) == nil ? hot.folder : try? stack.folder(of: member)
        guard let name, let file = try? folder?.read(name) else {
            throw BerthError(
                .damaged, "a file of an entry that is kept unpacked is gone",
                place: index.path(of: member, in: manifest).escaped)
        }
        return file
    }
}
