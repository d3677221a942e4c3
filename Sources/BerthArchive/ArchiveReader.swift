internal import BerthSystem
internal import CArchive
package import SystemPackage

/// Reads a foreign archive member by member through libarchive, with our own policy on top.
///
/// Refused (`.damaged`): absolute or climbing paths, device nodes, FIFOs, sockets, sparse files, names that are not
/// UTF-8, more than `ArchiveLimits` allow, every libarchive code below WARN. A truncated archive ends with an error:
/// libarchive answers FATAL for ever, so a loop that waits for EOF would not end.
@safe package struct ArchiveReader: ~Copyable {
    /// What the bytes are expected to be; nothing else is recognised.
    package enum Format: Sendable {
        /// tar in any of its dialects, plain or compressed with gzip, xz or zstd.
        case tar
        /// zip, by its central directory; needs a whole file.
        case zip
        /// One stream, plain or compressed with gzip, xz or zstd: a single member with no name.
        case raw
    }

    private let handle: OpaquePointer
    private let source: ArchiveSource
    private let place: String
    private let limits: ArchiveLimits
    private var entries = 0
    private var total: Int64 = 0

    /// Opens a file, or the bytes `range` of it.
    package init(
        _ format: Format, _ path: FilePath, range: Range<Int64>? = nil, limits: ArchiveLimits = ArchiveLimits()
    ) throws {
        Machine.useUTF8()
        let source = try ArchiveSource(path, range: range)
        unsafe handle = try Self.open(format, source, path.string)
        self.source = source
        place = path.string
        self.limits = limits
    }

    private static func open(_ format: Format, _ source: ArchiveSource, _ place: String) throws -> OpaquePointer {
        guard let made = unsafe archive_read_new() else { throw BerthError(.failed, "no memory for an archive reader") }
        unsafe enable(format, made)
        do { try unsafe check(source.attach(to: made), made, place) } catch {
            unsafe archive_read_free(made)
            throw error
        }
        return unsafe made
    }

    deinit { unsafe archive_read_free(handle) }

    private static func enable(_ format: Format, _ handle: OpaquePointer) {
        switch format {
        case .tar: unsafe archive_read_support_format_tar(handle)
        case .zip: unsafe archive_read_support_format_zip_seekable(handle)
        case .raw: unsafe archive_read_support_format_raw(handle)
        }
        guard format != .zip else { return }
        unsafe archive_read_support_filter_gzip(handle)
        unsafe archive_read_support_filter_xz(handle)
        unsafe archive_read_support_filter_zstd(handle)
    }

    /// The next member; nil at the end.
    package mutating func next() throws -> ArchiveEntry? {
        while true {
            var raw: OpaquePointer?
            let code = unsafe archive_read_next_header(handle, &raw)
            if code == ARCHIVE_EOF { return nil }
            try unsafe Self.check(code, handle, place)
            entries += 1
            guard entries <= limits.entries else { throw tooMuch("more than \(limits.entries) members") }
            guard let raw = unsafe raw, let entry = try unsafe ArchiveEntry(raw, in: place) else { continue }
            try admit(entry.member.size)
            return entry
        }
    }

    /// Streams the contents of the member that `next` gave, in pieces of libarchive's own buffer.
    package mutating func readContents(_ body: (RawSpan) throws -> Void) throws {
        var read: Int64 = 0
        while true {
            var buffer: UnsafeRawPointer?
            var count = 0
            var offset: la_int64_t = 0
            let code = unsafe archive_read_data_block(handle, &buffer, &count, &offset)
            if code == ARCHIVE_EOF { return }
            // For contents a warning is a wrong CRC or size of a zip entry.
            try unsafe Self.check(code == ARCHIVE_WARN ? ARCHIVE_FAILED : code, handle, place)
            guard offset == read else { throw BerthError(.damaged, "a sparse member is not accepted", place: place) }
            read += Int64(count)
            guard read <= limits.entrySize else { throw tooMuch("a member of more than \(limits.entrySize) bytes") }
            if count > 0 { try unsafe body(RawSpan(_unsafeStart: unsafe buffer.unsafelyUnwrapped, byteCount: count)) }
        }
    }

    /// All bytes of a small member; refuses more than `limit`.
    package mutating func readAll(limit: Int) throws -> [UInt8] {
        var buffer = ByteBuffer()
        let error = tooMuch("a member of more than \(limit) bytes")
        try readContents { piece in
            guard buffer.bytes.count + piece.byteCount <= limit else { throw error }
            buffer.append(piece)
        }
        return buffer.bytes
    }

    private mutating func admit(_ size: Int64) throws {
        guard size <= limits.entrySize else { throw tooMuch("a member of more than \(limits.entrySize) bytes") }
        total += size
        guard total <= limits.totalSize else { throw tooMuch("more than \(limits.totalSize) bytes in all") }
    }

    private func tooMuch(_ what: String) -> BerthError {
        BerthError(.damaged, "the archive holds \(what)", place: place, done: "nothing of it was used")
    }

    private static func check(_ code: Int32, _ handle: OpaquePointer, _ place: String) throws {
        guard code < ARCHIVE_WARN || code == ARCHIVE_RETRY else { return }
        let text = unsafe archive_error_string(handle).map { unsafe String(cString: $0) } ?? "unknown trouble"
        throw BerthError(
            .damaged, "cannot read the archive: \(text.escaped)", place: place, done: "nothing of it was used")
    }
}
