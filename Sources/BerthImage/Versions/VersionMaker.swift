internal import BerthArchive
internal import BerthReport
internal import BerthStore
internal import BerthSystem
internal import Foundation

/// Turns a lock whose files are in the store into a recorded version.
struct VersionMaker {
    let store: Store
    let session: IngestSession
    let progress: any ProgressSink
    let recipe: Recipe
    let options: ImageService.BuildOptions
    let started = ContinuousClock.now

    /// The platforms to build: those asked for, else the recipe's first.
    var platforms: [Platform] { options.platforms ?? Array(recipe.platforms.prefix(1)) }

    /// A whole version made from the same inputs, if there is one.
    func unchanged(_ lock: Lock) throws -> Version? {
        try VersionCatalog(store).find(name: recipe.name, inputs: try inputs(lock), session: session)
    }

    func make(_ lock: Lock, aliases: [String] = ["latest"], now: Date = Date()) async throws -> Version {
        let epoch = epoch(lock)
        // Before the work: a key that can't be used must not cost a build.
        let signing = try SigningChoice.open(options.signingKey, progress: progress)
        var builds: [PlatformBuild] = []
        for platform in platforms {
            guard let part = lock.platform(platform) else { throw notLocked(platform, lock) }
            let builder = ImageBuilder(
                store: store, session: session, progress: progress, epoch: options.epoch ?? lock.epoch(of: part),
                compression: options.compression)
            builds.append(try await builder.build(recipe, part))
        }
        let images = builds.map(\.image)
        let index = try ImageWriter(session: session, recipe: recipe, epoch: epoch).writeIndex(images)
        let lockBlob = try session.add(LockFile.render(lock))
        let files = resources(lock)
        let attester = Attester(session: session, recipe: recipe, epoch: epoch, key: signing?.key)
        let attachments = try attester.attach(
            builds, index: .init(index: index.digest, size: index.size),
            .init(
                lock: lockBlob, files: files, inputs: try inputs(lock), compressor: options.compression.identity))
        try session.commit()
        let draft = VersionDraft(
            recipe: recipe, images: images, index: index.digest, indexSize: index.size, lock: lockBlob, epoch: epoch,
            inputs: try inputs(lock), compressor: options.compression.identity, files: files.compactMap(\.sha256),
            attachments: attachments)
        return try draft.record(in: store, started: started, aliases: aliases, now: now)
    }

    /// SOURCE_DATE_EPOCH overrides the lock's own date (reproducible-builds.org, SOURCE_DATE_EPOCH).
    private func epoch(_ lock: Lock) -> Int64 { options.epoch ?? lock.restricted(to: platforms).epoch }

    /// The package files of the platforms that are built, each once.
    private func resources(_ lock: Lock) -> [Resource] {
        var seen: Set<Digest> = []
        return lock.platforms.filter { platforms.contains($0.platform) }.flatMap(\.resources)
            .filter { $0.sha256.map { seen.insert($0).inserted } ?? false }
    }

    func inputs(_ lock: Lock) throws -> Digest {
        let parts =
            ["version 2", "normaliser \(FragmentRules.normaliser)", "fix-ups \(Fixups.edition)"]
            + [try recipe.checksum.hex, Digest.of(try LockFile.render(lock.restricted(to: platforms))).hex]
            + ["\(epoch(lock))"]
            + [options.compression.identity]
            + platforms.map(\.description)
        return Digest.of(parts.joined(separator: "\n"))
    }

    private func notLocked(_ platform: Platform, _ lock: Lock) -> BerthError {
        BerthError(
            .usage, "the lock has nothing for \(platform)",
            place: "it has \(lock.platforms.map { "\($0.platform)" }.joined(separator: ", "))",
            remedy: "add the platform to the recipe and run berth image lock \(recipe.name)")
    }
}
