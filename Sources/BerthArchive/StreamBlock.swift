internal import BerthSystem

/// One header block of a tar stream, its checksum checked.
struct StreamBlock {
    private let bytes: [UInt8]
    let typeByte: UInt8
    /// Bytes that follow.
    let size: Int64

    var type: String { String(UnicodeScalar(typeByte)) }

    /// `bytes`: 512 of them.
    init(_ bytes: [UInt8]) throws {
        self.bytes = bytes
        typeByte = bytes[156]
        guard bytes[257..<262].elementsEqual("ustar".utf8) else { throw TarStreamReader.refused("a header is none") }
        let sum = bytes.enumerated().reduce(0) { $0 + Int64((148..<156).contains($1.offset) ? 0x20 : $1.element) }
        guard try Self.number(bytes[148..<156]) == sum else { throw TarStreamReader.refused("a header is damaged") }
        size = try Self.number(bytes[124..<136])
    }

    /// The member that it describes, with what was said of it before.
    func member(_ notes: StreamNotes) throws -> StreamMember {
        var name = notes.name ?? ownName
        let isFolder = typeByte == UInt8(ascii: "5")
        while isFolder, name.count > 1, name.last == UInt8(ascii: "/") { name.removeLast() }
        guard !name.isEmpty, !name.contains(0) else { throw TarStreamReader.refused("a member has no name") }
        // Where two fields name two sizes, two readers would see two archives.
        let length = notes.size ?? size
        guard length == size || size == 0 || size > 0o77777777777 else {
            throw TarStreamReader.refused("a member has two sizes")
        }
        let link = notes.link ?? field(157..<257)
        let time = FileTime(seconds: try Self.number(bytes[136..<148]), nanoseconds: 0)
        let permissions = UInt16(truncatingIfNeeded: try Self.number(bytes[100..<108])) & 0o7777
        return StreamMember(
            name, try kind(length, link), permissions: permissions, modified: notes.modified ?? time)
    }

    private func kind(_ length: Int64, _ link: [UInt8]) throws -> StreamMember.Kind {
        switch typeByte {
        case 0, UInt8(ascii: "0"), UInt8(ascii: "7"): return .file(size: length)
        case UInt8(ascii: "1"), UInt8(ascii: "2"):
            guard length == 0, !link.isEmpty, !link.contains(0) else {
                throw TarStreamReader.refused("a link leads to nowhere, or has contents")
            }
            return typeByte == UInt8(ascii: "1") ? .sameFile(as: link) : .link(to: link)
        case UInt8(ascii: "5"):
            guard length == 0 else { throw TarStreamReader.refused("a folder has contents") }
            return .folder
        case UInt8(ascii: "3"), UInt8(ascii: "4"), UInt8(ascii: "6"):
            guard length == 0 else { throw TarStreamReader.refused("a pipe or device has contents") }
            return .special
        default:
            throw TarStreamReader.refused(
                "it holds a sparse file or a header of type \(type.escaped), which are not accepted")
        }
    }

    /// Name and prefix; GNU's own form has other things where ustar has the prefix.
    private var ownName: [UInt8] {
        let isPlain = bytes[262] == 0
        let prefix = isPlain ? field(345..<500) : []
        return prefix.isEmpty ? field(0..<100) : prefix + [UInt8(ascii: "/")] + field(0..<100)
    }

    private func field(_ range: Range<Int>) -> [UInt8] { Array(bytes[range].prefix { $0 != 0 }) }

    /// Octal digits between spaces, or GNU's binary form.
    private static func number(_ field: ArraySlice<UInt8>) throws -> Int64 {
        guard let first = field.first else { return 0 }
        if first == 0x80, field.dropFirst().dropLast(8).allSatisfy({ $0 == 0 }), field.count > 8 {
            let value = field.suffix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            if value <= UInt64(Int64.max) { return Int64(value) }
        }
        let digits = field.drop { $0 == 0x20 }.prefix { $0 != 0 && $0 != 0x20 }
        let isOctal = digits.allSatisfy { (0x30...0x37).contains($0) }
        guard isOctal, digits.count <= 12, first < 0x80 else { throw TarStreamReader.refused("a number is none") }
        return digits.reduce(0) { $0 << 3 | Int64($1 - 0x30) }
    }
}

/// What stands before a member's header and is said of it.
struct StreamNotes {
    private(set) var name: [UInt8]?
    private(set) var link: [UInt8]?
    private(set) var size: Int64?
    private(set) var modified: FileTime?
    private var hasRecords = false

    var isEmpty: Bool { name == nil && link == nil && !hasRecords }

    mutating func take(name body: [UInt8]) throws {
        guard name == nil else { throw TarStreamReader.refused("a member has two names") }
        name = Array(body.prefix { $0 != 0 })
    }

    mutating func take(link body: [UInt8]) throws {
        guard link == nil else { throw TarStreamReader.refused("a link has two targets") }
        link = Array(body.prefix { $0 != 0 })
    }

    /// pax records: `length key=value`, one after the other.
    mutating func take(records body: [UInt8]) throws {
        guard !hasRecords else { throw TarStreamReader.refused("a member has two extended headers") }
        hasRecords = true
        var rest = body[...]
        while let space = rest.firstIndex(of: 0x20) {
            let digits = String(decoding: rest[rest.startIndex..<space], as: UTF8.self)
            guard let length = Int(digits), length > digits.utf8.count + 1, length <= rest.count,
                rest[rest.startIndex + length - 1] == 0x0A
            else { break }
            let record = rest[(space + 1)..<(rest.startIndex + length - 1)]
            guard let sign = record.firstIndex(of: UInt8(ascii: "=")) else { break }
            try take(String(decoding: record[..<sign], as: UTF8.self), Array(record[(sign + 1)...]))
            rest = rest[(rest.startIndex + length)...]
        }
        guard rest.isEmpty else { throw TarStreamReader.refused("an extended header is damaged") }
    }

    private mutating func take(_ key: String, _ value: [UInt8]) throws {
        guard !value.contains(0) else { throw TarStreamReader.refused("an extended header is damaged") }
        switch key {
        case "path": try take(name: value)
        case "linkpath": try take(link: value)
        case "size":
            guard size == nil, let number = Int64(String(decoding: value, as: UTF8.self)), number >= 0 else {
                throw TarStreamReader.refused("a size is none")
            }
            size = number
        case "mtime": modified = try Self.time(String(decoding: value, as: UTF8.self))
        case _ where key.hasPrefix("GNU.sparse"): throw TarStreamReader.refused("it holds a sparse member")
        // Owners, attributes and other times do not come back.
        default: break
        }
    }

    /// Seconds with a fraction, of which nine digits count.
    private static func time(_ text: String) throws -> FileTime {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let digits = parts.count == 2 ? parts[1].prefix(9) : ""
        guard let whole = parts.first.flatMap({ Int64($0) }), whole.magnitude < 1 << 40,
            digits.utf8.allSatisfy({ (0x30...0x39).contains($0) })
        else { throw TarStreamReader.refused("a time is none") }
        let fraction = Int64(digits + String(repeating: "0", count: 9 - digits.count)) ?? 0
        guard text.hasPrefix("-"), fraction > 0 else { return FileTime(seconds: whole, nanoseconds: fraction) }
        return FileTime(seconds: whole - 1, nanoseconds: 1_000_000_000 - fraction)
    }
}
