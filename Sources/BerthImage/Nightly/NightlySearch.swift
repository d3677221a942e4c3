internal import BerthArchive
internal import BerthPackages
internal import BerthReport
internal import BerthStore
internal import BerthSystem
internal import SystemPackage

/// A version on trial, with the lock to write once it is latest; nil for an image of a Dockerfile.
struct NightlyCandidate {
    let recipe: Recipe
    let version: Version
    let lock: Lock?
    /// Whether its image is the latest one, made of other inputs or to be tested by other tests.
    let isLatest: Bool
}

/// Finds what a night has to test: a version made of today's inputs, built unless an earlier night has done so.
struct NightlySearch {
    let service: NightlyService
    let folder: FilePath
    let recipe: Recipe
    let session: IngestSession
    /// Of this image, oldest first.
    let versions: [Version]
    let latest: Version?
    let memory: LatestMemory

    private var store: Store { service.store }
    private var catalog: VersionCatalog { VersionCatalog(store) }

    /// Nil when there is nothing to test, which the image's outcome then says.
    func candidate(_ image: inout NightlyReport.Image) async throws -> NightlyCandidate? {
        if case .dockerfile = recipe.builder { return try await dockerfile(&image) }
        let before = try? LockFile.read(folder.appending("berth.lock"))
        let old = try latest.map { try catalog.lock(of: $0) }
        let lock = try await relock(before ?? old)
        image.changes = Self.changes(old, lock.restricted(to: maker.platforms))
        let known = try maker.known(lock, among: versions)
        if let latest, isPromoted(latest, known), catalog.isWhole(latest, session) {
            image.outcome = .unchanged
            // A night that was killed between promotion and lock, or a lock that somebody left behind.
            if try before?.substance(maker.platforms) != lock.substance(maker.platforms) { try write(old ?? lock) }
            return nil
        }
        if memory.rolledBack.contains(try lock.substance(maker.platforms)) {
            image.outcome = .rolledBack
            return nil
        }
        let version = try await version(of: lock, known)
        // Its own lock: a later build must find that nothing has changed.
        return NightlyCandidate(
            recipe: recipe, version: version, lock: try catalog.lock(of: version),
            isLatest: version.index == latest?.index)
    }

    /// Whether the latest version is one of tonight's inputs, and they are those with which it became latest.
    func isPromoted(_ latest: Version, _ known: [Version]) -> Bool {
        known.contains { $0.index == latest.index && $0.inputs == memory.inputs }
    }

    /// The version that an earlier night has built of the same inputs, else a new one.
    private func version(of lock: Lock, _ known: [Version]) async throws -> Version {
        if let again = known.last(where: { catalog.isWhole($0, session) }) {
            try catalog.point([again.tag, "nightly"], to: again)
            return again
        }
        try await supply.fetch(lock, of: recipe, platforms: maker.platforms)
        try session.commit()
        return try await maker.make(lock, aliases: ["nightly"], now: service.options.now())
    }

    /// Builds for the platforms that the latest version has.
    var maker: VersionMaker {
        VersionMaker(store: store, session: session, progress: service.progress, recipe: recipe, options: options)
    }

    private var options: ImageService.BuildOptions {
        var options = ImageService.BuildOptions()
        let platforms = (latest?.platforms.map(\.platform) ?? []).filter { recipe.platforms.contains($0) }
        if !platforms.isEmpty { options.platforms = platforms }
        return options
    }

    private var supply: PackageSupply {
        PackageSupply(
            service.configuration, beside: folder, store: store, session: session, progress: service.progress)
    }

    private func relock(_ before: Lock?) async throws -> Lock {
        let supply = supply
        let locker = Locker(
            recipe: recipe, before: before, supply: supply, fileSource: FetchedFiles(supply: supply),
            progress: service.progress)
        let lock = try await locker.lock()
        try session.commit()
        return lock
    }

    /// An engine's builder is asked each night: only it knows what its base image and RUN steps give today.
    private func dockerfile(_ image: inout NightlyReport.Image) async throws -> NightlyCandidate? {
        let builder = DockerfileBuilder(
            store: store, engine: try await service.openEngine(), progress: service.progress)
        let built = try await builder.build(folder, options, aliases: ["nightly"], now: service.options.now())
        var version = built.version
        let checksum = try recipe.checksum
        // The recipe says what it is tested with, so another recipe's verdict does not count.
        if version.index == latest?.index, version.recipe == checksum {
            image.outcome = .unchanged
            return nil
        }
        if memory.rolledBack.contains(version.index) {
            image.outcome = .rolledBack
            return nil
        }
        version.recipe = checksum
        try catalog.point([version.tag, "nightly"], to: version)
        return NightlyCandidate(
            recipe: recipe, version: version, lock: nil, isLatest: version.index == latest?.index)
    }

    private func write(_ lock: Lock) throws {
        let path = folder.appending("berth.lock")
        _ = try? Files.remove(folder.appending(".berth.lock.night"))
        try Files.writeAtomically(LockFile.render(lock), to: path)
        try store.pins.set(lock: path.absolute, blobs: lock.files.map(\.digest))
    }

    static func changes(_ before: Lock?, _ after: Lock) -> [NightlyReport.Change] {
        LockChanges.between(before, after).map { change in
            let part = after.platforms.first { "\($0.platform)" == change.platform }
            let isSecurity = part?.debian.first { $0.name == change.package }?.archive == .security
            return .init(change, security: isSecurity)
        }
    }
}
