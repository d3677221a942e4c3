/// A path inside an archive or image: relative, `/`-separated UTF-8 bytes with no `.`, `..` or empty component.
///
/// Bytes and not `String`: two names that differ only in Unicode normalisation are two files, and sorting is by byte.
package struct ArchivePath: Sendable, Hashable {
    /// The UTF-8 bytes, without a leading or trailing slash.
    package let bytes: [UInt8]

    fileprivate init(checked bytes: [UInt8]) { self.bytes = bytes }

    /// Parses a member's name as tar, zip and RECORD files spell it: leading `./` and trailing `/` are dropped.
    ///
    /// Throws for names that lead outside or that no image should hold; nil for the root itself (`./`).
    package static func parse(member name: some Sequence<UInt8>) throws(ArchivePathError) -> ArchivePath? {
        var bytes = Array(name)
        while bytes.starts(with: Array("./".utf8)) { bytes.removeFirst(2) }
        if bytes.last == slash { bytes.removeLast() }
        if bytes.isEmpty || bytes == Array(".".utf8) { return nil }
        if let reason = fault(in: bytes) { throw ArchivePathError(name: bytes, reason: reason) }
        return ArchivePath(checked: bytes)
    }

    /// Parses a name that must be more than the root.
    package init(parsing name: String) throws(ArchivePathError) {
        guard let path = try Self.parse(member: name.utf8) else {
            throw ArchivePathError(name: Array(name.utf8), reason: "the name is empty")
        }
        self = path
    }

    static let slash = UInt8(ascii: "/")

    private static func fault(in bytes: [UInt8]) -> String? {
        if bytes.first == slash { return "the path is absolute" }
        if bytes.count > 4095 { return "the path is longer than 4095 bytes" }
        if bytes.contains(where: { $0 < 0x20 || $0 == 0x7F }) { return "the name holds control characters" }
        if String(validating: bytes, as: UTF8.self) == nil { return "the name is not UTF-8" }
        for part in bytes.split(separator: slash, omittingEmptySubsequences: false) {
            if part.isEmpty || part.elementsEqual(".".utf8) { return "the path has an empty component" }
            if part.elementsEqual("..".utf8) { return "the path leads upwards" }
            if part.count > 255 { return "a component is longer than 255 bytes" }
        }
        return nil
    }

    /// The path one level up; nil for a top-level name.
    package var parent: ArchivePath? {
        bytes.lastIndex(of: Self.slash).map { ArchivePath(checked: Array(bytes[..<$0])) }
    }

    /// The last component.
    package var name: String {
        String(decoding: bytes[(bytes.lastIndex(of: Self.slash).map { $0 + 1 } ?? 0)...], as: UTF8.self)
    }

    /// The outermost folder above it; nil for a top-level name.
    package var outermost: ArchivePath? {
        bytes.firstIndex(of: Self.slash).map { ArchivePath(checked: Array(bytes[..<$0])) }
    }

    /// All folders above it, outermost first.
    package var ancestors: [ArchivePath] {
        bytes.indices.filter { bytes[$0] == Self.slash }.map { ArchivePath(checked: Array(bytes[..<$0])) }
    }

    /// This path below a folder.
    package func below(_ folder: ArchivePath) -> ArchivePath {
        ArchivePath(checked: folder.bytes + [Self.slash] + bytes)
    }

    /// Whether it is `folder` or lies below it.
    package func isWithin(_ folder: ArchivePath) -> Bool {
        bytes.starts(with: folder.bytes)
            && (bytes.count == folder.bytes.count || bytes[folder.bytes.count] == Self.slash)
    }

    /// What remains when a folder above it is taken away; nil when it lies elsewhere.
    package func relative(to folder: ArchivePath) -> ArchivePath? {
        guard isWithin(folder), bytes.count > folder.bytes.count else { return nil }
        return ArchivePath(checked: Array(bytes[(folder.bytes.count + 1)...]))
    }
}

extension ArchivePath: Comparable {
    package static func < (left: ArchivePath, right: ArchivePath) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }
}

extension ArchivePath: CustomStringConvertible {
    package var description: String { String(decoding: bytes, as: UTF8.self) }
}

extension ArchivePath: ExpressibleByStringLiteral {
    /// A path written in our own source; a wrong one is a programmer's error.
    package init(stringLiteral name: String) {
        let bytes = Array(name.utf8)
        precondition(Self.fault(in: bytes) == nil && !bytes.isEmpty, "not an archive path: \(name)")
        self.init(checked: bytes)
    }
}

extension ArchivePath: Codable {
    package init(from decoder: any Decoder) throws {
        try self.init(parsing: decoder.singleValueContainer().decode(String.self))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// A member name that no archive of ours may hold.
package struct ArchivePathError: Error, CustomStringConvertible {
    package let name: [UInt8]
    package let reason: String
    package var description: String {
        "\(reason): \(String(decoding: name.prefix(200), as: UTF8.self).debugDescription)"
    }
}
