internal import BerthSystem

/// All that a key depends on, as plain values: from a checkout, or from what a client sent.
package struct KeyRequest: Sendable {
    package var profile: CacheProfile
    package var toolchain: Toolchain
    package var mode: KeyMode
    /// Lockfiles, settings, and whatever lockfiles include; any order.
    package var files: [PostedFile] = []
    /// Patterns of the lockfiles that count; the profile's, unless somebody named others.
    package var lockfiles: [String]
    /// Chosen groups and extras, each in a few words: `group dev`.
    package var choices: [String] = []
    /// The job's variables; only those that the profile names are looked at.
    package var variables: [String: String] = [:]
    /// Where each tree lies for the job, by its label.
    package var places: [String: String] = [:]
    /// What the trees are called in an entry.
    package var labels: [String]
    /// With `.files`, digests that were taken already, in the order of the search.
    package var hashed: [HashFiles.File]?

    package init(profile: CacheProfile, toolchain: Toolchain, mode: KeyMode? = nil) {
        (self.profile, self.toolchain) = (profile, toolchain)
        (self.mode, lockfiles) = (mode ?? profile.mode, profile.lockfiles)
        labels = profile.paths.map(\.label)
    }

    /// The most files that a key may be made from.
    package static let mostFiles = 64
    /// The largest of them, in bytes.
    package static let largestFile = 8 << 20
    /// All together, in bytes.
    package static let mostBytes = 32 << 20

    /// Refuses what is too much, or has a name that leads out of the checkout.
    func check() throws {
        guard files.count <= Self.mostFiles else {
            throw BerthError(
                .usage, "\(files.count) files are more than the \(Self.mostFiles) that a key may be made from",
                remedy: "name those that count with --lockfile, or use --by files")
        }
        if let large = files.first(where: { $0.bytes.count > Self.largestFile }) {
            throw Self.tooLarge(large.name)
        }
        guard files.reduce(0, { $0 + $1.bytes.count }) <= Self.mostBytes else {
            throw BerthError(
                .usage, "the files have more than \(Self.mostBytes >> 20) MiB together",
                remedy: "name those that count with --lockfile, or use --by files")
        }
        for (index, file) in files.enumerated() {
            let names = file.name.split(separator: "/", omittingEmptySubsequences: false)
            let isPlain = file.name.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
            guard isPlain, file.name.utf8.count <= 4096, !names.contains(where: { ["", ".", ".."].contains($0) })
            else {
                throw BerthError(
                    .usage, "\"\(file.name.prefix(80).description.escaped)\" is no name of a file in a checkout",
                    remedy: "names begin at the checkout's folder, without a first slash and without ..")
            }
            guard !files[..<index].contains(where: { $0.name == file.name }) else {
                throw BerthError(.usage, "the file \(file.name.escaped) was sent twice", remedy: "send it once")
            }
        }
    }

    static func tooLarge(_ name: String) -> BerthError {
        BerthError(
            .usage, "the file is larger than \(largestFile >> 20) MiB", place: name.escaped,
            remedy: "leave it out with --lockfile, or use --by files")
    }
}
