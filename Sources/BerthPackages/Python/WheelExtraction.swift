package import BerthArchive
internal import BerthSystem

/// Takes chosen files of a wheel to places of their own: a program that a wheel merely carries needs no environment.
package struct WheelExtraction: Sendable {
    private let placements: [Placement]

    package init(_ placements: [Placement]) { self.placements = placements }

    /// Writes the files in the archive's order; `modified` (seconds since 1970) becomes the date of all of them.
    ///
    /// Every file is compared with RECORD on its way: when this throws (`.damaged`), drop what was written.
    package func write(_ wheel: WheelArchive, modified: Int64, into sink: inout some MemberSink & ~Copyable) throws {
        var places = Placements(placements)
        try wheel.readFiles { entry, read in
            guard let path = places.place(entry.path) else { return try read { _ in } }
            let mode: UInt16 = entry.mode & 0o111 != 0 ? 0o755 : 0o644
            try sink.begin(TreeMember(path, .file(size: entry.size), mode: mode, modified: modified))
            try read { try sink.append($0) }
        }
        try places.checkAllUsed(in: wheel.name.text)
    }
}
