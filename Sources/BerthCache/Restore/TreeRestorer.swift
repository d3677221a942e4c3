internal import BerthArchive
internal import BerthStore
internal import BerthSystem
internal import SystemPackage

/// Gets an entry's trees to their places, all together, by the cheapest way there is.
struct TreeRestorer: Sendable {
    let store: Store
    let source: RestoreSource
    let options: RestoreOptions

    /// Restores the trees; on failure everything is as it was.
    ///
    /// Throws `.damaged` where the store lost something, and says so where a way that was asked for is none.
    func restore(to destinations: [Destination]) async throws -> RestoreOutcome {
        let places = try source.places(destinations).map(\.path)
        try await offload { [store] in try PathFence(store).check(places) }
        let shelf = try PackShelf(store, verify: options.verify)
        if options.into == .existing {
            return try await TreeUpdater(store: store, source: source, shelf: shelf, owner: options.owner)
                .update(places)
        }
        // Nothing holds the unpacked entry any more once this is over, so that it can be dropped.
        let tried = try await tryWays(places, shelf)
        if var outcome = tried.outcome {
            outcome.reasons = tried.reasons
            return outcome
        }
        if tried.isDamaged { _ = try? HotFolder(store).drop(source.digest) }
        var outcome = try await take(.packs, places, shelf)
        outcome.reasons = tried.reasons
        return outcome
    }

    /// What came of the ways that were tried.
    private struct Tried {
        var outcome: RestoreOutcome?
        var reasons: [String] = []
        /// The unpacked entry is damaged; the packs have the content still.
        var isDamaged = false
    }

    private func tryWays(_ places: [FilePath], _ shelf: PackShelf) async throws -> Tried {
        let finder = WayFinder(store: store, source: source, options: options, shelf: shelf)
        let found = try await finder.find(places)
        var tried = Tried(reasons: found.reasons)
        for way in found.ways {
            do {
                tried.outcome = try await take(way, places, shelf)
                return tried
            } catch let refusal as WayRefused {
                tried.reasons.append(refusal.reason)
            } catch let error as BerthError where error.status == .damaged && way.isHot {
                tried.reasons.append("\(error.what): it was dropped")
                tried.isDamaged = true
                return tried
            }
        }
        throw finder.refused(tried.reasons)
    }

    private func take(_ way: WayFinder.Way, _ places: [FilePath], _ shelf: PackShelf) async throws -> RestoreOutcome {
        switch way {
        case .hot(let strategy, let hot) where strategy != .reflink:
            try await offload { [self] in try show(HotShow(hot: hot, strategy: strategy), places) }
        case .hot(_, let hot):
            try await fill(places, .reflink) { try await HotFill(plan: $0, hot: hot).run() }
        case .packs:
            try await fill(places, .unpack) { [store, source] plan in
                let prepared = try await plan.prepare()
                var filled = try await PackFill(store: store, shelf: shelf, packs: source.packs).run(plan)
                filled.notes += try await prepared + plan.complete()
                return filled
            }
        }
    }

    /// Puts snapshots or mounts in the places.
    private func show(_ show: HotShow, _ places: [FilePath]) throws -> RestoreOutcome {
        let landings = try show.landings(places)
        do {
            try show.fill(landings)
            try Self.install(landings, for: options.owner)
        } catch {
            for landing in landings { landing.discard() }
            throw error
        }
        let keeper = PlaceRecords(store)
        for (tree, landing) in landings.enumerated() {
            guard let place = TreePlace(landing.place.name, in: landing.place.parent) else { continue }
            keeper.write(base: HotTree(source.digest, tree), of: place)
        }
        var outcome = RestoreOutcome(strategy: show.strategy)
        outcome.reused = source.size
        outcome.notes = landings.compactMap { $0.forget() }
        return outcome
    }

    /// Fills trees file by file, and puts them in the places.
    private func fill(
        _ places: [FilePath], _ strategy: RestoreOptions.Strategy,
        _ work: (RestorePlan) async throws -> PackFill.Filled
    ) async throws -> RestoreOutcome {
        let (landings, manifest) = try await offload { [source] in
            let chooser = LandingChooser()
            return (try places.map { try chooser.landing($0) }, try source.manifest())
        }
        let filled: PackFill.Filled
        do {
            let plan = RestorePlan(manifest, landings)
            try await offload { try NameCollisions(manifest, plan.index).check(landings) }
            filled = try await work(plan)
            try await land(plan, filled.notes)
        } catch {
            try? await offload { for landing in landings { landing.discard() } }
            throw error
        }
        var outcome = RestoreOutcome(strategy: strategy)
        outcome.written = filled.written
        outcome.reused = ByteCount(max(0, source.size.value - filled.written.value))
        outcome.notes = try await offload { landings.compactMap { $0.forget() } }
        return outcome
    }

    /// Puts filled trees in their places, and notes what they are there; `notes`: what members are before.
    private func land(_ plan: RestorePlan, _ notes: [FileNote]) async throws {
        let (notes, trees) = try await offload { [options] in
            try Self.give(plan.landings, to: options.owner)
            let notes = options.owner == nil ? notes : try plan.renewed(notes)
            return (notes, RestoredTrees(plan, notes))
        }
        // Else the next save would not believe the last of them.
        try await FileRecord.waitForTick(after: notes)
        let moment = try await offload {
            // From here on others may change the files.
            let moment = FileTime.now
            try Self.install(plan.landings)
            return moment
        }
        // Nobody misses a note, and the trees are in their places.
        try? await offload { [self] in note(plan, notes, trees, at: moment) }
    }

    /// Notes what is known of the trees at the places, so that the next save need not read them.
    private func note(_ plan: RestorePlan, _ notes: [FileNote], _ trees: RestoredTrees, at moment: FileTime) {
        let keeper = PlaceRecords(store)
        for (tree, landing) in plan.landings.enumerated() {
            guard let place = TreePlace(landing.place.name, in: landing.place.parent),
                !trees.write(tree, from: source, at: moment, to: keeper, of: place)
            else { continue }
            keeper.write(plan.noted(notes, in: tree), at: moment, content: plan.manifest.content, of: place)
        }
    }

    /// Gives the trees away, then puts them in their places: no kill leaves another user's files there.
    static func install(_ landings: [any Landing], for owner: TreeOwner?) throws {
        try give(landings, to: owner)
        try install(landings)
    }

    static func give(_ landings: [any Landing], to owner: TreeOwner?) throws {
        guard let owner else { return }
        for landing in landings { try landing.give(to: owner) }
    }

    /// All trees or none.
    static func install(_ landings: [any Landing]) throws {
        var done: [any Landing] = []
        do {
            for landing in landings {
                try landing.install()
                done.append(landing)
            }
        } catch {
            for landing in done.reversed() { try? landing.takeBack() }
            throw error
        }
    }
}

extension WayFinder.Way {
    fileprivate var isHot: Bool {
        if case .hot = self { return true }
        return false
    }
}
