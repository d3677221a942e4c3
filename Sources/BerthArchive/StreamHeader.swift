internal import BerthSystem

/// Renders a member as tar blocks: the same member always gives the same bytes.
///
/// Long names stand in GNU's `L` and `K` members and never in pax records: those want UTF-8, and busybox reads none. The
/// time stands in a pax record where it has a fraction (POSIX.1-2017 pax(1)): who knows none reads whole seconds.
enum StreamHeader {
    private static let block = 512
    /// The largest number of eleven octal digits.
    private static let octalLimit: Int64 = 0o77777777777

    static func append(_ member: StreamMember, to stream: inout [UInt8]) {
        let name = member.kind == .folder ? member.name + [UInt8(ascii: "/")] : member.name
        let link = link(member.kind)
        if let time = time(member.modified) { appendExtra(UInt8(ascii: "x"), time, to: &stream) }
        if name.count > 100 { appendExtra(UInt8(ascii: "L"), name + [0], to: &stream) }
        if link.count > 100 { appendExtra(UInt8(ascii: "K"), link + [0], to: &stream) }
        appendBlock(
            name: name, link: link, type: type(member.kind), mode: member.permissions, size: member.size,
            modified: member.modified.seconds, to: &stream)
    }

    private static func link(_ kind: StreamMember.Kind) -> [UInt8] {
        switch kind {
        case .link(let target), .sameFile(let target): target
        case .folder, .file, .special: []
        }
    }

    private static func type(_ kind: StreamMember.Kind) -> UInt8 {
        switch kind {
        case .file: UInt8(ascii: "0")
        case .sameFile: UInt8(ascii: "1")
        case .link: UInt8(ascii: "2")
        case .folder: UInt8(ascii: "5")
        case .special: UInt8(ascii: "6")
        }
    }

    /// The pax record of a time; nil where the ustar field says it all.
    private static func time(_ time: FileTime) -> [UInt8]? {
        guard time.nanoseconds != 0 || !(0...octalLimit).contains(time.seconds) else { return nil }
        // Before 1970 the fraction counts downwards: -4.000000001 is 5 seconds before, and 999,999,999 ns after that.
        let isBack = time.seconds < 0 && time.nanoseconds > 0
        let fraction = isBack ? 1_000_000_000 - time.nanoseconds : time.nanoseconds
        let digits = "\(1_000_000_000 + fraction)".dropFirst()
        let whole = isBack ? "-\((time.seconds + 1).magnitude)" : "\(time.seconds)"
        return record("mtime", fraction == 0 ? whole : "\(whole).\(digits)")
    }

    /// `length key=value`, where the length counts itself.
    private static func record(_ key: String, _ value: String) -> [UInt8] {
        let rest = " \(key)=\(value)\n"
        var length = rest.utf8.count + 1
        while "\(length)".count + rest.utf8.count != length { length = "\(length)".count + rest.utf8.count }
        return Array("\(length)\(rest)".utf8)
    }

    /// A member that says something about the next one.
    private static func appendExtra(_ type: UInt8, _ body: [UInt8], to stream: inout [UInt8]) {
        let name = type == UInt8(ascii: "x") ? pax : longName
        appendBlock(
            name: name, link: [], type: type, mode: 0o644, size: Int64(body.count), modified: 0, to: &stream)
        stream += body
        stream += repeatElement(0, count: StreamMember.padding(Int64(body.count)))
    }

    private static let pax = Array("PaxHeaders/member".utf8)
    private static let longName = Array("././@LongLink".utf8)

    /// A header with all that is the same in each: owner and group 0, blanks for the checksum, the format's mark.
    private static let template: [UInt8] = {
        var header = [UInt8](repeating: 0, count: block)
        for (offset, text) in [(108, "0000000"), (116, "0000000"), (148, "        "), (257, "ustar"), (263, "00")] {
            header.replaceSubrange(offset..<offset + text.utf8.count, with: text.utf8)
        }
        return header
    }()

    private static func appendBlock(
        name: [UInt8], link: [UInt8], type: UInt8, mode: UInt16, size: Int64, modified: Int64, to stream: inout [UInt8]
    ) {
        let start = stream.count
        stream += template
        put(name.prefix(100), at: start, in: &stream)
        putOctal(Int64(mode), 7, at: start + 100, in: &stream)
        if size > octalLimit {
            put(binary(size)[...], at: start + 124, in: &stream)
        } else {
            putOctal(size, 11, at: start + 124, in: &stream)
        }
        putOctal(min(max(modified, 0), octalLimit), 11, at: start + 136, in: &stream)
        stream[start + 156] = type
        put(link.prefix(100), at: start + 157, in: &stream)
        let sum = stream[start...].reduce(0) { $0 + Int64($1) }
        putOctal(sum, 6, at: start + 148, in: &stream)
        stream[start + 154] = 0
    }

    private static func put(_ bytes: ArraySlice<UInt8>, at offset: Int, in stream: inout [UInt8]) {
        stream.replaceSubrange(offset..<offset + bytes.count, with: bytes)
    }

    /// So many digits; the value fits into them.
    private static func putOctal(_ value: Int64, _ width: Int, at offset: Int, in stream: inout [UInt8]) {
        var rest = value
        for place in (offset..<offset + width).reversed() {
            stream[place] = UInt8(ascii: "0") + UInt8(rest & 7)
            rest >>= 3
        }
    }

    /// Twelve bytes, the highest bit set: GNU's form for what eleven octal digits do not hold (tar manual, "Extensions").
    private static func binary(_ value: Int64) -> [UInt8] {
        [0x80, 0, 0, 0] + (0..<8).map { UInt8(truncatingIfNeeded: value >> Int64(56 - 8 * $0)) }
    }
}
