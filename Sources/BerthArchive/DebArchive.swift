internal import BerthSystem
package import SystemPackage

/// The outer `ar` archive of a .deb (deb(5)): where its control and data tars lie.
///
/// Stricter than ar readers: exactly `debian-binary`, one control and one data tar in this order, nothing else but
/// members whose names begin with `_` (which deb(5) tells readers to pass over).
package struct DebArchive: Sendable {
    package let path: FilePath
    /// Bytes of the control tar, compressed as its name says.
    package let control: Range<Int64>
    /// Bytes of the data tar.
    package let data: Range<Int64>
    /// When the package was made: dpkg-deb writes the changelog's date here (seconds since 1970).
    package let date: Int64

    package init(_ path: FilePath) throws {
        let descriptor = try Files.open(path, .readOnly)
        defer { try? descriptor.close() }
        let members = try Self.members(descriptor, path)
        let names = members.map(\.name)
        guard names.count == 3, names[0] == "debian-binary", Self.isTar("control", names[1]),
            Self.isTar("data", names[2])
        else { throw Self.damaged(path, "its members are \(names.joined(separator: ", ").escaped)") }
        self.path = path
        control = members[1].range
        data = members[2].range
        date = members[2].date
    }

    /// Reads the control tar: control file, md5sums, scripts (which are never run).
    package func openControl() throws -> ArchiveReader {
        try ArchiveReader(.tar, path, range: control, limits: ArchiveLimits(entries: 1000, totalSize: 64 << 20))
    }

    /// Reads the data tar: the files.
    package func openData() throws -> ArchiveReader { try ArchiveReader(.tar, path, range: data) }

    private struct Member {
        let name: String
        let date: Int64
        let range: Range<Int64>
    }

    private static func isTar(_ stem: String, _ name: String) -> Bool {
        ["", ".gz", ".xz", ".zst"].contains { name == "\(stem).tar\($0)" }
    }

    private static func members(_ descriptor: FileDescriptor, _ path: FilePath) throws -> [Member] {
        let size = try descriptor.seek(offset: 0, from: .end)
        guard try bytes(descriptor, 0..<8) == Array("!<arch>\n".utf8) else {
            throw damaged(path, "it does not begin as an ar archive")
        }
        var members: [Member] = []
        var position: Int64 = 8
        while position < size {
            let header = try bytes(descriptor, position..<position + 60)
            guard header.count == 60, header[58] == 0x60, header[59] == 0x0A,
                let length = number(header[48..<58]), let date = number(header[16..<28]),
                length <= size - position - 60
            else { throw damaged(path, "the header at byte \(position) is broken, or the file is cut short") }
            let start = position + 60
            var name = text(header[0..<16])
            if name.hasSuffix("/") { name.removeLast() }
            if !name.hasPrefix("_") { members.append(Member(name: name, date: date, range: start..<start + length)) }
            position = start + length + length % 2
            guard members.count <= 8 else { throw damaged(path, "it has too many members") }
        }
        return members
    }

    private static func bytes(_ descriptor: FileDescriptor, _ range: Range<Int64>) throws -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: range.count)
        let count = try unsafe buffer.withUnsafeMutableBytes {
            try unsafe descriptor.read(fromAbsoluteOffset: range.lowerBound, into: $0)
        }
        return Array(buffer.prefix(count))
    }

    private static func text(_ field: ArraySlice<UInt8>) -> String {
        var text = String(decoding: field, as: UTF8.self)
        while text.hasSuffix(" ") { text.removeLast() }
        return text
    }

    private static func number(_ field: ArraySlice<UInt8>) -> Int64? {
        Int64(text(field)).flatMap { $0 >= 0 ? $0 : nil }
    }

    private static func damaged(_ path: FilePath, _ why: String) -> BerthError {
        BerthError(.damaged, "not a Debian package: \(why)", place: path.string, done: "nothing of it was used")
    }
}
