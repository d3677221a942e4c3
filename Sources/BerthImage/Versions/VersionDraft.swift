internal import BerthArchive
internal import BerthStore
internal import BerthSystem
internal import Foundation

/// A finished image on its way to becoming a version: it gets its tag and is recorded.
struct VersionDraft {
    let recipe: Recipe
    let images: [PlatformImage]
    let index: Digest
    let indexSize: ByteCount
    /// The lock's bytes as a blob; nil for an image that an engine built.
    let lock: Digest?
    let epoch: Int64
    let inputs: Digest
    let compressor: String
    /// The package files that it keeps.
    let files: [Digest]
    /// Nil: nothing is known about what it holds.
    var attachments: [Attachment]?

    /// Records it under the first free tag of the day, or under the tag that the very same image already has.
    ///
    /// `aliases` are the names that lead to it beside its own tag. The image that is latest already is not recorded anew
    /// before it is promoted (`VersionCatalog.promote`).
    func record(
        in store: Store, started: ContinuousClock.Instant, aliases: [String] = ["latest"], now: Date = Date()
    ) throws -> Version {
        let catalog = VersionCatalog(store)
        let all = try catalog.all().filter { $0.name == recipe.name }
        // Other inputs may make the very same image: then the version is known by the new ones.
        let same = all.last { $0.index == index }
        let tag = same?.tag ?? CalendarTag.next(after: all.map(\.tag), on: now)
        let kept = images.flatMap { [$0.manifest, $0.config] + $0.layers.map(\.digest) }
        let bare = Version(
            name: recipe.name, tag: tag, index: index, indexSize: indexSize, platforms: images, lock: lock,
            recipe: try recipe.checksum, built: Int64(now.timeIntervalSince1970), epoch: epoch,
            compressor: compressor, inputs: inputs, blobs: [index] + (lock.map { [$0] } ?? []) + kept + files,
            refs: [VersionCatalog.ref(recipe.name, tag, index, indexSize)])
        let version = attachments.map { bare.with(attachments: $0) } ?? bare
        if let same, !aliases.contains("latest"), try catalog.isLatest(same) {
            // On trial under other inputs: what is known of the latest version changes with its promotion.
            try catalog.point([tag] + aliases, to: same)
        } else {
            try catalog.record(version, aliases: aliases, inPlaceOf: same)
        }
        let size = images.reduce(ByteCount(0)) { $0 + $1.size }
        // The history is for people: a build is no worse for a record that can't be written.
        try? store.history.add(
            BuildRecord(
                at: version.built, image: version.name, version: version.tag, digest: version.index,
                seconds: started.elapsed, bytes: size))
        return version
    }
}
