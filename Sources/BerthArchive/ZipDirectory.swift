internal import BerthSystem
package import SystemPackage

/// A zip's table of contents, accepted only when there is one way to read the file.
///
/// Local headers, data and central directory must follow each other without gaps from the first byte to the last, and
/// say the same of each entry: a reader that goes by the directory and one that streams see the same files
/// (quality.md §5.1, rows 20 to 23). Names are checked by `ArchivePath`; links and special files are refused.
package struct ZipDirectory: Sendable {
    /// In the order of the directory.
    package let entries: [ZipEntry]

    /// Opens a file; throws `.damaged` with what is wrong.
    package init(_ path: FilePath, limits: ArchiveLimits = ArchiveLimits()) throws {
        let file = try ZipFile(path)
        do {
            let end = try ZipEnd.find(in: file)
            guard end.entries <= limits.entries else { throw ZipError("more than \(limits.entries) entries") }
            let headers = try Self.headers(end, in: file)
            try ZipLayout(file: file, end: end).check(headers)
            entries = try headers.map { header throws(ZipError) in try ZipPolicy(limits: limits).entry(header) }
            try ZipPolicy(limits: limits).checkTogether(entries)
        } catch let error as ZipError {
            throw BerthError(
                .damaged, "the zip is refused: \(error.description.escaped)", place: path.string,
                done: "nothing of it was used", remedy: "get the file again, from another mirror if it stays so")
        }
    }

    private static func headers(_ end: ZipEnd, in file: ZipFile) throws -> [ZipHeader] {
        guard end.directorySize <= 256 << 20 else { throw ZipError("a directory of \(end.directorySize) bytes") }
        var cursor = ZipCursor(try file.read(at: end.directoryOffset, count: Int(end.directorySize)))
        var headers: [ZipHeader] = []
        while cursor.remaining > 0 { headers.append(try ZipHeader.central(&cursor)) }
        guard headers.count == end.entries else {
            throw ZipError("the directory holds \(headers.count) entries where \(end.entries) are announced")
        }
        return headers
    }
}

/// A file read at any place.
final class ZipFile {
    let size: Int64
    private let descriptor: FileDescriptor

    init(_ path: FilePath) throws {
        descriptor = try Files.open(path, .readOnly)
        size = try descriptor.seek(offset: 0, from: .end)
    }

    deinit { try? descriptor.close() }

    /// Exactly so many bytes.
    func read(at offset: Int64, count: Int) throws -> [UInt8] {
        guard offset >= 0, count >= 0, offset <= size - Int64(count) else {
            throw ZipError("it points outside of itself")
        }
        var bytes = [UInt8](repeating: 0, count: count)
        var done = 0
        while done < count {
            let read = try unsafe bytes.withUnsafeMutableBytes { buffer in
                try unsafe descriptor.read(
                    fromAbsoluteOffset: offset + Int64(done),
                    into: UnsafeMutableRawBufferPointer(rebasing: buffer[done...]))
            }
            guard read > 0 else { throw ZipError("the file ends too early") }
            done += read
        }
        return bytes
    }
}
