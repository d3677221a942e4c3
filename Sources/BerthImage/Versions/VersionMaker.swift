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

    func make(_ lock: Lock) async throws -> Version {
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
        return try record(lock, images, index, lockBlob, epoch)
    }

    private func record(
        _ lock: Lock, _ images: [PlatformImage], _ index: (digest: Digest, size: ByteCount), _ lockBlob: Digest,
        _ epoch: Int64
    ) throws -> Version {
        let catalog = VersionCatalog(store)
        let all = try catalog.all().filter { $0.name == recipe.name }
        // The same image by another way (a lock that differs in dates only): a new record, but no new version.
        let same = all.last { $0.index == index.digest }
        let now = Date()
        let tag = same?.tag ?? CalendarTag.next(after: all.map(\.tag), on: now)
        let kept = images.flatMap { [$0.manifest, $0.config] + $0.layers.map(\.digest) }
        let files = lock.platforms.filter { platforms.contains($0.platform) }
            .flatMap { $0.debian.map(\.sha256) + $0.wheels.map(\.sha256) }
        let version = Version(
            name: recipe.name, tag: tag, index: index.digest, indexSize: index.size, platforms: images, lock: lockBlob,
            recipe: try recipe.checksum, built: Int64(now.timeIntervalSince1970), epoch: epoch,
            compressor: options.compression.identity, inputs: try inputs(lock),
            blobs: [index.digest, lockBlob] + kept + files,
            refs: [VersionCatalog.ref(recipe.name, tag, index.digest, index.size)])
        try catalog.record(version, aliases: ["latest"])
        try? store.history.add(
            BuildRecord(
                at: version.built, image: version.name, version: version.tag, digest: version.index,
                seconds: started.elapsed, bytes: images.reduce(ByteCount(0)) { $0 + $1.size }))
        return version
    }

    /// SOURCE_DATE_EPOCH overrides the lock's own date (reproducible-builds.org, SOURCE_DATE_EPOCH).
    private func epoch(_ lock: Lock) -> Int64 { options.epoch ?? lock.epoch }

    private func inputs(_ lock: Lock) throws -> Digest {
        let parts =
            ["version 1", "normaliser \(FragmentRules.normaliser)", try recipe.checksum.hex]
            + [Digest.of(try LockFile.render(lock)).hex, "\(epoch(lock))", options.compression.identity]
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
