internal import BerthArchive
internal import BerthEngine
internal import BerthReport
internal import BerthStore
internal import BerthSystem
internal import SystemPackage

/// One image's night: re-lock in memory, build what is new, test it, and only then promote it.
///
/// Whatever fails leaves `latest` and the lock beside the recipe as they were.
struct NightlyImage {
    let service: NightlyService
    let folder: FilePath

    private var store: Store { service.store }
    private var catalog: VersionCatalog { VersionCatalog(store) }

    func run() async -> NightlyReport.Image {
        let start = ContinuousClock.now
        var image = NightlyReport.Image(name: NightlyService.name(of: folder))
        do {
            image = try await store.makingRoom { try await attempt() }
        } catch {
            image.failure = NightlyReport.Failure(error)
            image.before = try? catalog.latest(of: image.name, among: catalog.all()).version?.reference
        }
        if image.failure != nil { image.outcome = .failed }
        image.seconds = start.elapsed
        return image
    }

    private func attempt() async throws -> NightlyReport.Image {
        let recipe = try RecipeReader.read(folder)
        let session = try store.beginIngest(purpose: "nightly \(recipe.name)")
        defer { session.release() }
        var image = NightlyReport.Image(name: recipe.name)
        let versions = try catalog.all().filter { $0.name == recipe.name }
        let (latest, memory) = try catalog.latest(of: recipe.name, among: versions)
        image.before = latest?.reference
        let search = NightlySearch(
            service: service, folder: folder, recipe: recipe, session: session, versions: versions, latest: latest,
            memory: memory)
        guard let candidate = try await search.candidate(&image) else {
            if image.outcome == .rolledBack, let latest { await leadBackInEngine(latest, &image) }
            return image
        }
        image.candidate = candidate.version.reference
        image.size = candidate.version.size.value
        image.sizeBefore = latest?.size.value
        do {
            try await test(candidate, &image)
            try promote(candidate)
            image.outcome = .promoted
        } catch let error as BerthError where error.status == .noSpace { throw error } catch {
            image.failure = NightlyReport.Failure(error)
            return image
        }
        await renameInEngine(candidate.version, &image)
        return image
    }

    /// Runs the recipe's tests in containers; an image that fails does not stay in the engine, unless it is latest.
    private func test(_ candidate: NightlyCandidate, _ image: inout NightlyReport.Image) async throws {
        let version = candidate.version
        if service.options.withoutTest {
            image.notes.append("not tested: --without-test was given")
            return
        }
        let engine: any Engine
        do { engine = try await service.openEngine() } catch {
            throw BerthError(
                .failed, "no container engine answers, so \(version.reference) was not tested and is not promoted",
                done: "it is kept as \(version.name):nightly",
                remedy: "start an engine and run the same command again, or give --without-test", cause: error)
        }
        let loaded = try await ImageLoader(store: store, engine: engine, progress: service.progress).load(version)
        image.testedOn = "\(loaded.platform) in \(engine.address.location)"
        let others = version.platforms.map(\.platform).filter { $0 != loaded.platform }
        if !others.isEmpty {
            image.notes.append("\(others.map { "\($0)" }.joined(separator: ", ")) was not tested here")
        }
        if candidate.recipe.tests.isEmpty { image.notes.append("the recipe names no tests: it was only loaded") }
        do {
            image.tests = try await SmokeTester(engine: engine, progress: service.progress)
                .run(candidate.recipe.tests, in: loaded)
            try check(image.tests, version)
        } catch {
            // The latest image's names are in use, whatever tonight's tests say of it.
            if !candidate.isLatest { _ = try? await engine.release(loaded.names) }
            throw error
        }
    }

    private func check(_ tests: [SmokeReport.Row], _ version: Version) throws {
        let failed = tests.filter { !$0.passed }
        guard failed.isEmpty else {
            throw BerthError(
                .failed, "\(failed.count) of \(tests.count) smoke tests of \(version.reference) failed",
                done: "it is kept as \(version.name):nightly",
                remedy: "berth image load \(version.reference) puts it into the engine for a closer look")
        }
    }

    /// The new lock lies beside the recipe's before `latest` moves; then only a rename is left, which needs no space.
    private func promote(_ candidate: NightlyCandidate) throws {
        guard let lock = candidate.lock else { return try catalog.promote(candidate.version) }
        let staged = folder.appending(".berth.lock.night")
        do {
            try Files.writeAtomically(LockFile.render(lock), to: staged)
            try catalog.promote(candidate.version)
        } catch {
            _ = try? Files.remove(staged)
            throw error
        }
        let path = folder.appending("berth.lock")
        try Files.rename(staged, to: path)
        // The version keeps these files too: a pin that finds no space must not undo what is done.
        try? store.pins.set(lock: path.absolute, blobs: lock.files.map(\.digest))
    }

    /// An engine that could not be reached when a person went back still calls the version that was left `latest`.
    private func leadBackInEngine(_ version: Version, _ image: inout NightlyReport.Image) async {
        guard !service.options.withoutTest else { return }
        do {
            let names = EngineNames(store: store, progress: service.progress)
            guard try await names.follow(version, in: service.openEngine()) == .set else { return }
            image.notes.append(
                "the engine's \(version.name):latest was another version; it is \(version.reference) now")
        } catch {
            image.notes.append(
                "the engine's \(version.name):latest may be another version: berth image load \(version.name) sets it")
        }
    }

    /// Loads it once more under its new name `latest`; its layers are there already.
    private func renameInEngine(_ version: Version, _ image: inout NightlyReport.Image) async {
        guard !service.options.withoutTest else { return }
        do {
            let engine = try await service.openEngine()
            _ = try await ImageLoader(store: store, engine: engine, progress: service.progress).load(version)
        } catch {
            image.notes.append(
                "the engine has no \(EngineName.prefix)\(version.name):latest of it yet: berth image load \(version.name)"
            )
        }
    }
}

extension Version {
    /// Compressed bytes of all its platforms.
    var size: ByteCount { platforms.reduce(ByteCount(0)) { $0 + $1.size } }
}
