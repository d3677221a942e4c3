package import BerthArchive
package import BerthStore
package import Foundation

/// One built image as the store remembers it: its name, its calendar tag, what it holds and the lock that made it.
package struct Version: Codable, Sendable, Equatable {
    package let name: String
    /// `2026.11.23`, then `2026.11.23.1` and so on for that day.
    package let tag: String
    package let index: Digest
    package let indexSize: ByteCount
    package let platforms: [PlatformImage]
    /// The lock's bytes as a blob; nil for an image that an engine built from a Dockerfile.
    package let lock: Digest?
    /// Digest of the recipe's canonical form.
    package var recipe: Digest
    /// When it was built (wall clock), and the date its files carry; seconds since 1970.
    package let built: Int64
    package let epoch: Int64
    /// The compressor, its version and level: only with the same one are blobs promised to be equal.
    package let compressor: String
    /// Digest of all that the build depended on: an equal one means that nothing changed.
    package let inputs: Digest
    /// Everything in the store that this version keeps.
    package let blobs: [Digest]
    /// The name in the layout, for repair.
    package let refs: [Ref]
    /// Bills of materials, provenance and signatures; nil for an image that came without.
    package var attachments: [Attachment]?

    /// `python:2026.11.23`.
    package var reference: String { "\(name):\(tag)" }

    /// The image for a platform.
    package func image(_ platform: Platform) -> PlatformImage? { platforms.first { $0.platform == platform } }
}

extension Version {
    /// The same version with other attachments, whose blobs it keeps in place of those before.
    package func with(attachments: [Attachment]) -> Version {
        let before = Set((self.attachments ?? []).flatMap { $0.blobs.map(\.digest) })
        return with(attachments, blobs: blobs.filter { !before.contains($0) })
    }

    /// The same version with what came later: attachments that it did not have, and blobs to keep besides.
    package func adding(attachments later: [Attachment], blobs others: [Digest]) -> Version {
        let known = Set((attachments ?? []).map(\.manifest))
        let new = later.filter { !known.contains($0.manifest) }
        return with(new.isEmpty ? attachments : (attachments ?? []) + new, blobs: blobs + others)
    }

    private func with(_ attachments: [Attachment]?, blobs: [Digest]) -> Version {
        var seen: Set<Digest> = []
        let all = blobs + (attachments ?? []).flatMap { $0.blobs.map(\.digest) }
        return Version(
            name: name, tag: tag, index: index, indexSize: indexSize, platforms: platforms, lock: lock, recipe: recipe,
            built: built, epoch: epoch, compressor: compressor, inputs: inputs,
            blobs: all.filter { seen.insert($0).inserted }, refs: refs, attachments: attachments)
    }
}

/// The calendar part of a tag.
package enum CalendarTag {
    /// The first free tag of a day, given those taken.
    package static func next(after taken: some Collection<String>, on day: Date) -> String {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        let parts = calendar.dateComponents([.year, .month, .day], from: day)
        func two(_ value: Int?) -> String { String("0\(value ?? 0)".suffix(2)) }
        let base = "\(parts.year ?? 1970).\(two(parts.month)).\(two(parts.day))"
        if !taken.contains(base) { return base }
        var number = 1
        while taken.contains("\(base).\(number)") { number += 1 }
        return "\(base).\(number)"
    }
}
