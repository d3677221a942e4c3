package import BerthArchive

/// Takes chosen files of an npm package to places of their own: a program that a package merely carries.
package struct NpmExtraction: Sendable {
    private let placements: [Placement]

    package init(_ placements: [Placement]) { self.placements = placements }

    /// Writes the files in the archive's order; `modified` (seconds since 1970) becomes the date of all of them.
    package func write(
        _ tarball: NpmTarball, label: String, modified: Int64, into sink: inout some MemberSink & ~Copyable
    ) throws {
        var places = Placements(placements)
        try tarball.readFiles { file, read in
            guard let path = places.place(file.path) else { return }
            let mode: UInt16 = file.mode & 0o111 != 0 ? 0o755 : 0o644
            try sink.begin(TreeMember(path, .file(size: file.size), mode: mode, modified: modified))
            try read { try sink.append($0) }
        }
        try places.checkAllUsed(in: label)
    }
}
