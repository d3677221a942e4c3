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
        let builder = ImageBuilder(
            store: store, session: session, progress: progress, epoch: epoch, compression: options.compression)
        var images: [PlatformImage] = []
        for platform in platforms {
            guard let part = lock.platform(platform) else { throw notLocked(platform, lock) }
            images.append(try await builder.build(recipe, part))
        }
        let index = try ImageWriter(session: session, recipe: recipe, epoch: epoch).writeIndex(images)
        let lockBlob = try session.add(LockFile.render(lock))
        try session.commit()
        let files = lock.platforms.filter { platforms.contains($0.platform) }
            .flatMap { $0.debian.map(\.sha256) + $0.wheels.map(\.sha256) }
        let draft = VersionDraft(
            recipe: recipe, images: images, index: index.digest, indexSize: index.size, lock: lockBlob, epoch: epoch,
            inputs: try inputs(lock), compressor: options.compression.identity, files: files)
        return try draft.record(in: store, started: started, aliases: aliases, now: now)
    }

    /// SOURCE_DATE_EPOCH overrides the lock's own date (reproducible-builds.org, SOURCE_DATE_EPOCH).
    private func epoch(_ lock: Lock) -> Int64 { options.epoch ?? lock.epoch }

    func inputs(_ lock: Lock) throws -> Digest {
        let parts =
            ["version 1", "normaliser \(FragmentRules.normaliser)", "fix-ups \(Fixups.edition)"]
            + [try recipe.checksum.hex, Digest.of(try LockFile.render(lock)).hex, "\(epoch(lock))"]
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
