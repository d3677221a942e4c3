package import BerthArchive
internal import BerthSystem
package import SystemPackage

/// Takes chosen files and links of a tar archive to places of their own, with the leading components dropped.
package struct TarExtraction: Sendable {
    private let placements: [Placement]
    private let strip: Int

    package init(_ placements: [Placement], strip: Int) {
        self.placements = placements
        self.strip = strip
    }

    /// Writes them in the archive's order, owned by root; `modified` (seconds since 1970) is the date of all of them.
    package func write(
        _ path: FilePath, name: String, modified: Int64, into sink: inout some MemberSink & ~Copyable
    ) throws {
        var places = Placements(placements)
        var reader = try ArchiveReader(.tar, path)
        while let entry = try reader.next() {
            guard entry.member.kind != .directory, let inside = stripped(entry.member.path),
                let place = places.place(inside)
            else { continue }
            var member = TreeMember(place, entry.member.kind, mode: entry.member.mode & 0o755, modified: modified)
            switch entry.member.kind {
            case .file: member.mode = entry.member.mode & 0o111 != 0 ? 0o755 : 0o644
            case .symlink: member.mode = 0o777
            case .hardlink, .directory:
                throw BerthError(
                    .damaged, "\(name) holds the hard link \(entry.member.path)", place: path.string,
                    done: "nothing of it was used", remedy: "choose another source for it")
            }
            try sink.begin(member)
            try reader.readContents { try sink.append($0) }
        }
        try places.checkAllUsed(in: name)
    }

    /// The newest date of its members, seconds since 1970.
    package static func date(of path: FilePath) throws -> Int64 {
        var reader = try ArchiveReader(.tar, path)
        var newest: Int64 = 0
        while let entry = try reader.next() { newest = max(newest, entry.member.modified) }
        return newest
    }

    private func stripped(_ path: ArchivePath) -> ArchivePath? {
        guard strip > 0 else { return path }
        let above = path.ancestors
        return above.count >= strip ? path.relative(to: above[strip - 1]) : nil
    }
}
