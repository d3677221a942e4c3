internal import BerthArchive
internal import BerthEngine
internal import BerthPackages
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
    private var lockPath: FilePath { folder.appending("berth.lock") }

    /// A version on trial, with the lock to write once it is latest; nil for an image of a Dockerfile.
    private struct Candidate {
        let recipe: Recipe
        let version: Version
        let lock: Lock?
    }

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
        let (latest, _) = try catalog.latest(of: recipe.name, among: versions)
        image.before = latest?.reference
        guard let candidate = try await candidate(recipe, versions, session, &image) else { return image }
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

    /// What is to be tested; nil when there is nothing new, which the outcome then says.
    private func candidate(
        _ recipe: Recipe, _ versions: [Version], _ session: IngestSession, _ image: inout NightlyReport.Image
    ) async throws -> Candidate? {
        let (latest, memory) = try catalog.latest(of: recipe.name, among: versions)
        var options = ImageService.BuildOptions()
        let platforms = (latest?.platforms.map(\.platform) ?? []).filter { recipe.platforms.contains($0) }
        if !platforms.isEmpty { options.platforms = platforms }
        if case .dockerfile = recipe.builder {
            return try await dockerfile(recipe, latest, memory, options, &image)
        }
        let before = try? LockFile.read(lockPath)
        let old = try latest.map { try catalog.lock(of: $0) }
        let lock = try await relock(recipe, before ?? old, session)
        try session.commit()
        image.changes = Self.changes(old, lock)
        let maker = VersionMaker(
            store: store, session: session, progress: service.progress, recipe: recipe, options: options)
        let known = try maker.known(lock, among: versions)
        if let latest, known.contains(where: { $0.index == latest.index }), catalog.isWhole(latest, session) {
            image.outcome = .unchanged
            // A night that was killed between promotion and lock, or a lock that somebody left behind.
            if try before?.substance != lock.substance { try write(lock) }
            return nil
        }
        if memory.rolledBack.contains(try lock.substance) {
            image.outcome = .rolledBack
            return nil
        }
        if let again = known.last(where: { catalog.isWhole($0, session) }) {
            try catalog.point([again.tag, "nightly"], to: again)
            return Candidate(recipe: recipe, version: again, lock: lock)
        }
        let version = try await maker.make(lock, aliases: ["nightly"], now: service.options.now())
        return Candidate(recipe: recipe, version: version, lock: lock)
    }

    private func relock(_ recipe: Recipe, _ before: Lock?, _ session: IngestSession) async throws -> Lock {
        let supply = PackageSupply(
            service.configuration, store: store, session: session, progress: service.progress)
        return try await Locker(
            recipe: recipe, before: before, session: session, store: store, supply: supply,
            progress: service.progress
        ).lock()
    }

    /// An engine's builder is asked each night: only it knows what its base image and RUN steps give today.
    private func dockerfile(
        _ recipe: Recipe, _ latest: Version?, _ memory: LatestMemory, _ options: ImageService.BuildOptions,
        _ image: inout NightlyReport.Image
    ) async throws -> Candidate? {
        let builder = DockerfileBuilder(
            store: store, engine: try await service.openEngine(), progress: service.progress)
        let version = try await builder.build(
            folder, options, aliases: ["nightly"], now: service.options.now()
        ).version
        if version.index == latest?.index {
            image.outcome = .unchanged
            return nil
        }
        if memory.rolledBack.contains(version.index) {
            image.outcome = .rolledBack
            return nil
        }
        try catalog.point([version.tag, "nightly"], to: version)
        return Candidate(recipe: recipe, version: version, lock: nil)
    }

    /// Runs the recipe's tests in containers; an image that fails does not stay in the engine.
    private func test(_ candidate: Candidate, _ image: inout NightlyReport.Image) async throws {
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
        if candidate.recipe.tests.isEmpty { image.notes.append("the recipe names no tests: it was only loaded") }
        do {
            image.tests = try await SmokeTester(engine: engine, progress: service.progress)
                .run(candidate.recipe.tests, in: loaded)
        } catch {
            _ = try? await engine.release(loaded.names)
            throw error
        }
        let failed = image.tests.filter { !$0.passed }
        guard failed.isEmpty else {
            _ = try? await engine.release(loaded.names)
            throw BerthError(
                .failed, "\(failed.count) of \(image.tests.count) smoke tests of \(version.reference) failed",
                done: "it is kept as \(version.name):nightly",
                remedy: "berth image load \(version.reference) puts it into the engine for a closer look")
        }
    }

    /// The new lock lies beside the recipe's before `latest` moves; then only a rename is left, which needs no space.
    private func promote(_ candidate: Candidate) throws {
        guard let lock = candidate.lock else { return try catalog.point(["latest"], to: candidate.version) }
        let staged = folder.appending(".berth.lock.night")
        do {
            try Files.writeAtomically(LockFile.render(lock), to: staged)
            try catalog.point(["latest"], to: candidate.version)
        } catch {
            _ = try? Files.remove(staged)
            throw error
        }
        try Files.rename(staged, to: lockPath)
        try store.pins.set(lock: lockPath.absolute, blobs: lock.files.map(\.digest))
    }

    private func write(_ lock: Lock) throws {
        _ = try? Files.remove(folder.appending(".berth.lock.night"))
        try Files.writeAtomically(LockFile.render(lock), to: lockPath)
        try store.pins.set(lock: lockPath.absolute, blobs: lock.files.map(\.digest))
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

    private static func changes(_ before: Lock?, _ after: Lock) -> [NightlyReport.Change] {
        LockChanges.between(before, after).map { change in
            let part = after.platforms.first { "\($0.platform)" == change.platform }
            let isSecurity = part?.debian.first { $0.name == change.package }?.archive == .security
            return .init(change, security: isSecurity)
        }
    }
}

extension Version {
    /// Compressed bytes of all its platforms.
    var size: ByteCount { platforms.reduce(ByteCount(0)) { $0 + $1.size } }
}
