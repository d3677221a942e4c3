package import BerthArchive
internal import BerthRegistry
package import BerthReport
package import BerthStore
internal import BerthSystem
internal import Foundation
package import SystemPackage

/// What `berth image lock` and `berth image build` do.
package struct ImageService: Sendable {
    let store: Store
    let progress: any ProgressSink
    let configuration: SupplyConfiguration

    package init(store: Store, progress: any ProgressSink, configuration: SupplyConfiguration) {
        self.store = store
        self.progress = progress
        self.configuration = configuration
    }

    /// How a build is to be made.
    package struct BuildOptions: Sendable {
        /// Nil: the first platform of the recipe.
        package var platforms: [Platform]?
        /// The lock is never changed, and a file that nobody serves ends the build.
        package var locked = false
        /// SOURCE_DATE_EPOCH, where it is set.
        package var epoch: Int64?
        package var compression = Compression.standard
        /// The private key that signs, made where there is none; nil: nothing is signed.
        package var signingKey: FilePath? = SigningKeyFile.standardPath
        package init() {}
    }

    /// A version and whether it was there before.
    package struct Built: Sendable {
        package let version: Version
        package let isNew: Bool
        package let seconds: Double
    }

    /// Resolves a recipe and writes its lock; packages are in the store afterwards.
    package func lock(_ folder: FilePath) async throws -> LockReport {
        try await store.makingRoom { try await lockOnce(folder) }
    }

    private func lockOnce(_ folder: FilePath) async throws -> LockReport {
        let recipe = try RecipeReader.read(folder)
        guard recipe.builder == .packages else {
            throw BerthError(.usage, "a recipe over a Dockerfile has no lock", place: folder.string)
        }
        let session = try store.beginIngest(purpose: "lock \(recipe.name)")
        defer { session.release() }
        return try await lock(recipe, folder, session).report
    }

    /// Builds a recipe's image as its lock says; the first lock is made on the way.
    ///
    /// On a full disk, what nobody needs is collected and the build begun again, once.
    package func build(_ folder: FilePath, _ options: BuildOptions = BuildOptions()) async throws -> Built {
        try await store.makingRoom { try await buildOnce(folder, options) }
    }

    private func buildOnce(_ folder: FilePath, _ options: BuildOptions) async throws -> Built {
        let start = ContinuousClock.now
        let recipe = try RecipeReader.read(folder)
        let session = try store.beginIngest(purpose: "build \(recipe.name)")
        defer { session.release() }
        let maker = VersionMaker(store: store, session: session, progress: progress, recipe: recipe, options: options)
        let path = folder.appending("berth.lock")
        var lock = try await usableLock(recipe, folder, path, session, options)
        if let known = try maker.unchanged(lock) { return Built(version: known, isNew: false, seconds: start.elapsed) }
        let supply = PackageSupply(
            configuration, beside: folder, store: store, session: session, progress: progress)
        do { try await supply.fetch(lock, of: recipe, platforms: maker.platforms) } catch let missing as MissingFiles {
            guard !options.locked else { throw missing.explained }
            progress.report(.said("\(missing.explained.what); a new lock is made"))
            lock = try await self.lock(recipe, folder, session).lock
            try await supply.fetch(lock, of: recipe, platforms: maker.platforms)
        }
        try session.commit()
        let version = try await maker.make(lock)
        return Built(version: version, isNew: true, seconds: start.elapsed)
    }

    private func usableLock(
        _ recipe: Recipe, _ folder: FilePath, _ path: FilePath, _ session: IngestSession, _ options: BuildOptions
    ) async throws -> Lock {
        guard let lock = try LockFile.read(path) else {
            guard !options.locked else {
                throw BerthError(
                    .usage, "there is no lock", place: path.string, remedy: "run berth image lock \(recipe.name)")
            }
            return try await self.lock(recipe, folder, session).lock
        }
        guard lock.recipe == (try recipe.checksum) else {
            throw BerthError(
                .usage, "the lock does not fit the recipe, which has changed since", place: path.string,
                done: "nothing was built", remedy: "run berth image lock \(recipe.name), then the build again")
        }
        return lock
    }

    private func lock(
        _ recipe: Recipe, _ folder: FilePath, _ session: IngestSession
    ) async throws -> (lock: Lock, report: LockReport) {
        let path = folder.appending("berth.lock")
        let before = try? LockFile.read(path)
        let supply = PackageSupply(
            configuration, beside: folder, store: store, session: session, progress: progress)
        let locker = Locker(
            recipe: recipe, before: before, supply: supply, fileSource: FetchedFiles(supply: supply),
            progress: progress)
        let lock = try await locker.lock()
        try session.commit()
        try Files.writeAtomically(LockFile.render(lock), to: path)
        try store.pins.set(lock: path.absolute, blobs: lock.files.map(\.digest))
        let report = LockReport(
            recipe: recipe.name, path: path.string, packages: lock.files.count,
            bytes: lock.files.reduce(ByteCount(0)) { $0 + $1.size }.value, isNew: before == nil,
            changes: LockChanges.between(before, lock))
        return (lock, report)
    }
}

extension ContinuousClock.Instant {
    /// Seconds since then.
    var elapsed: Double {
        let parts = duration(to: .now).components
        return Double(parts.seconds) + Double(parts.attoseconds) / 1e18
    }
}

extension FilePath {
    /// The path from the root on, for records that outlive this process.
    package var absolute: FilePath {
        isAbsolute ? self : FilePath(FileManager.default.currentDirectoryPath).pushing(self).lexicallyNormalized()
    }
}
