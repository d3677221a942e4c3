internal import BerthArchive
package import BerthReport
package import BerthStore
internal import BerthSystem
package import SystemPackage

/// Checks a version against its digests, and rebuilds it from its lock to see the same digests come out.
package struct VersionVerifier: Sendable {
    let store: Store
    let progress: any ProgressSink
    let configuration: SupplyConfiguration

    package init(store: Store, progress: any ProgressSink, configuration: SupplyConfiguration) {
        self.store = store
        self.progress = progress
        self.configuration = configuration
    }

    /// Reads every blob of the image; the first one that is missing or damaged is an error (`.damaged`).
    package func verify(_ version: Version) async throws -> Int {
        let attachments = version.attachments ?? []
        let own =
            [version.index] + version.platforms.flatMap { [$0.manifest, $0.config] + $0.layers.map(\.digest) }
            + attachments.flatMap { [$0.manifest, $0.content] }
        // Of a version that is a part of an image its attachments may speak of the whole index.
        let digests = own + Set(attachments.map(\.subject)).intersection(version.blobs).subtracting(own)
        progress.report(.started(step: "verify \(version.reference)", total: Int64(digests.count), unit: .items))
        let counter = ProgressCounter("verify \(version.reference)", progress)
        _ = try await inParallel(digests, limit: Machine.processors) { digest in
            try await offload { try check(digest, version) }
            counter.add(1)
        }
        progress.report(.ended(step: "verify \(version.reference)", note: "\(digests.count) blobs"))
        return digests.count
    }

    /// Builds the version again with nothing kept: layers' contents and configuration must be equal, and the blobs too
    /// where the compressor is the recorded one.
    ///
    /// `folder` is the recipe's.
    package func rebuild(_ version: Version, recipe: Recipe, in folder: FilePath) async throws -> [RebuildReport.Row] {
        guard version.recipe == (try recipe.checksum) else {
            throw BerthError(
                .usage, "the recipe has changed since \(version.reference) was built",
                done: "nothing was compared", remedy: "check out the recipe of that day, or build a new version")
        }
        let lock = try VersionCatalog(store).lock(of: version)
        let session = try store.beginIngest(purpose: "verify \(version.reference)")
        defer { session.release() }
        let supply = PackageSupply(
            configuration, beside: folder, store: store, session: session, progress: progress)
        try await supply.fetch(lock, of: recipe, platforms: version.platforms.map(\.platform))
        // Another date than the lock's is one that SOURCE_DATE_EPOCH gave.
        let isOwn = version.epoch == lock.restricted(to: version.platforms.map(\.platform)).epoch
        var rows: [RebuildReport.Row] = []
        for image in version.platforms {
            guard let part = lock.platform(image.platform) else { continue }
            var builder = ImageBuilder(
                store: store, session: session, progress: progress,
                epoch: isOwn ? lock.epoch(of: part) : version.epoch)
            builder.reuses = false
            rows += compare(image, try await builder.build(recipe, part).image, version)
        }
        return rows
    }

    private func compare(_ old: PlatformImage, _ new: PlatformImage, _ version: Version) -> [RebuildReport.Row] {
        let promisesBlobs = version.compressor == Compression.standard.identity
        let layers = zip(old.layers, new.layers).map { before, after in
            RebuildReport.Row(
                platform: "\(old.platform)", subject: "layer \(before.name)", isSame: before.diffID == after.diffID,
                blobIsSame: promisesBlobs ? before.digest == after.digest : nil)
        }
        let isSameShape = old.layers.count == new.layers.count
        return layers + [
            .init(
                platform: "\(old.platform)", subject: "configuration", isSame: isSameShape && old.config == new.config,
                blobIsSame: promisesBlobs ? old.manifest == new.manifest : nil)
        ]
    }

    private func check(_ digest: Digest, _ version: Version) throws {
        let path = store.path(of: digest)
        guard Files.exists(path), try FileDigest.of(path) == digest else {
            throw BerthError(
                .damaged, "a blob of \(version.reference) is missing or damaged", place: "\(digest)",
                done: "the rest was left alone",
                remedy: "run berth store repair, then berth image build \(version.name)")
        }
    }
}
