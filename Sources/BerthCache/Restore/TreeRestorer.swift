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
            return try await TreeUpdater(store: store, source: source, shelf: shelf).update(places)
        }
        let finder = WayFinder(store: store, source: source, options: options, shelf: shelf)
        let found = try await finder.find(places)
        var reasons = found.reasons
        for way in found.ways {
            do {
                var outcome = try await take(way, places, shelf)
                outcome.reasons = reasons
                return outcome
            } catch let refusal as WayRefused {
                reasons.append(refusal.reason)
            } catch let error as BerthError where error.status == .damaged && way.isHot {
                // The packs have the content still.
                reasons.append("\(error.what): it was dropped")
                drop(after: way)
            }
        }
        guard options.strategy == nil || options.strategy == .unpack else { throw finder.refused(reasons) }
        var outcome = try await take(.packs, places, shelf)
        outcome.reasons = reasons
        return outcome
    }

    /// The entry's lock is shared by this process: its folder loses the file that says that it is whole.
    private func drop(after way: WayFinder.Way) {
        _ = try? Files.remove(HotFolder(store).factsFile(of: source.digest))
    }

    private func take(_ way: WayFinder.Way, _ places: [FilePath], _ shelf: PackShelf) async throws -> RestoreOutcome {
        let landings = try await offload { [self] in try self.landings(way, places) }
        let moment: FileTime
        var outcome: RestoreOutcome
        let notes: [FileNote]
        do {
            let plan = RestorePlan(source.manifest, landings)
            (outcome, notes) = try await fill(plan, way, shelf)
            moment = FileTime.now
            try await offload { try Self.install(landings) }
            try await offload { [self] in note(plan, way, notes, at: moment) }
        } catch {
            try? await offload { for landing in landings { landing.discard() } }
            throw error
        }
        outcome.notes = try await offload { landings.compactMap { $0.forget() } }
        return outcome
    }

    private func landings(_ way: WayFinder.Way, _ places: [FilePath]) throws -> [any Landing] {
        let chooser = LandingChooser()
        let landings = try places.map { try chooser.landing($0) }
        guard case .hot(let strategy, let hot) = way, strategy != .reflink else { return landings }
        let firsts = source.manifest.members.filter { $0.depth == 0 }
        return try zip(landings, firsts).enumerated().map { tree, pair in
            guard let beside = pair.0 as? StagedTree else {
                throw WayRefused(reason: "\(strategy.rawValue): the place is a mounted file system")
            }
            guard pair.1.content == .folder else {
                throw WayRefused(reason: "\(strategy.rawValue): the entry has a single file, and no folder")
            }
            return strategy == .overlay ? OverlayLanding(beside, hot, tree: tree) : beside
        }
    }

    private func fill(
        _ plan: RestorePlan, _ way: WayFinder.Way, _ shelf: PackShelf
    ) async throws -> (RestoreOutcome, [FileNote]) {
        guard case .hot(let strategy, let hot) = way else {
            try await offload { try plan.prepare() }
            let filled = try await PackFill(store: store, shelf: shelf, packs: source.packs).run(plan)
            var outcome = RestoreOutcome(strategy: .unpack)
            outcome.written = filled.written
            return (outcome, filled.notes + (try await offload { try plan.complete() }))
        }
        let filled = try await HotFill(plan: plan, hot: hot).run(strategy)
        var outcome = RestoreOutcome(strategy: strategy)
        outcome.written = filled.written
        outcome.reused = ByteCount(source.manifest.byteCount.value - filled.written.value)
        return (outcome, filled.notes)
    }

    /// Notes what is known of the files at the places, so that the next save need not read them.
    private func note(_ plan: RestorePlan, _ way: WayFinder.Way, _ notes: [FileNote], at moment: FileTime) {
        let keeper = PlaceRecords(store)
        let places = plan.landings.map { TreePlace($0.place.name, in: $0.place.parent) }
        if case .hot(let strategy, let hot) = way, strategy != .reflink {
            for (tree, place) in places.enumerated() {
                if let place { keeper.write(base: HotTree(hot.manifest, tree), of: place) }
            }
            return
        }
        for (place, record) in zip(places, plan.records(notes, at: moment)) {
            if let place { keeper.write(record, of: place) }
        }
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
