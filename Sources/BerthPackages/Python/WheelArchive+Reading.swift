internal import BerthArchive
internal import BerthSystem

extension WheelArchive {
    /// Streams each file in the archive's order; `take` gets the entry and a reader of its bytes.
    ///
    /// Throws `.damaged` when bytes are not what RECORD promises; whatever was passed on before must then be dropped.
    func readFiles(
        _ take: (ZipEntry, (_ body: (RawSpan) throws -> Void) throws -> Void) throws -> Void
    ) throws {
        var reader = try ArchiveReader(.zip, path, limits: limits)
        var seen = 0
        do {
            while let found = try reader.next() {
                guard found.member.kind != .directory else { continue }
                guard let entry = entries[found.member.path] else {
                    throw WheelFault("\(found.member.path) is not listed")
                }
                seen += 1
                try take(entry) { body in try read(entry, &reader, body) }
            }
            guard seen == entries.count else { throw WheelFault("\(entries.count - seen) of its files can't be read") }
        } catch let error as WheelFault {
            throw Self.refusal(name.text, path, error)
        } catch let error as BerthError where error.status == .damaged {
            throw Self.refusal(name.text, path, error)
        }
    }

    /// Reads every file for its hash alone.
    package func verify() throws {
        try readFiles { _, read in try read { _ in } }
    }

    private func read(_ entry: ZipEntry, _ reader: inout ArchiveReader, _ body: (RawSpan) throws -> Void) throws {
        var hasher = Hasher()
        var count: Int64 = 0
        try reader.readContents { piece in
            hasher.update(piece)
            count += Int64(piece.byteCount)
            guard count <= entry.size else { throw WheelFault("\(entry.path) is longer than the directory says") }
            try body(piece)
        }
        guard count == entry.size else { throw WheelFault("\(entry.path) is shorter than the directory says") }
        guard let promise = record.promises[entry.path] ?? nil else { return }
        guard hasher.finalize() == promise.digest, promise.size ?? count == count else {
            throw WheelFault("\(entry.path) is not what RECORD promises")
        }
    }
}
