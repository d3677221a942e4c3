package import BerthSystem

/// One name of a tree on its way through a tar stream: bytes as they are, UTF-8 or not, its time to the nanosecond.
///
/// Image layers have `TreeMember`, whose names are UTF-8 and whose times are whole seconds.
package struct StreamMember: Sendable, Equatable {
    /// What it is; the bytes of a file follow separately.
    package enum Kind: Sendable, Equatable {
        case folder
        case file(size: Int64)
        /// A symlink with its target as it stands.
        case link(to: [UInt8])
        /// A second name of a file that came before.
        case sameFile(as: [UInt8])
        /// A pipe or a device: no tree may hold one, but what is left out of a tree may be anything.
        case special
    }

    /// Without a slash at its end.
    package var name: [UInt8]
    package var kind: Kind
    /// The lower twelve bits of the mode.
    package var permissions: UInt16
    package var modified: FileTime

    package init(_ name: [UInt8], _ kind: Kind, permissions: UInt16, modified: FileTime) {
        (self.name, self.kind, self.permissions, self.modified) = (name, kind, permissions, modified)
    }

    /// Bytes of contents that follow.
    package var size: Int64 {
        guard case .file(let size) = kind else { return 0 }
        return size
    }

    /// Header blocks: ustar, before it whatever ustar cannot say.
    package var header: [UInt8] { StreamHeader.blocks(self) }

    /// Zeros that fill the last block of its contents.
    package var padding: [UInt8] { [UInt8](repeating: 0, count: Int((512 - size % 512) % 512)) }

    /// The two empty blocks that end a stream.
    package static let end = [UInt8](repeating: 0, count: 1024)
}

/// Renders a member as tar blocks: the same member always gives the same bytes.
///
/// Long names stand in GNU's `L` and `K` members and never in pax records: those want UTF-8, and busybox reads none. The
/// time stands in a pax record where it has a fraction (POSIX.1-2017 pax(1)): who knows none reads whole seconds.
enum StreamHeader {
    private static let block = 512
    /// The largest number of eleven octal digits.
    private static let octalLimit: Int64 = 0o77777777777

    static func blocks(_ member: StreamMember) -> [UInt8] {
        let name = member.kind == .folder ? member.name + [UInt8(ascii: "/")] : member.name
        let link = link(member.kind)
        var result: [UInt8] = []
        if let time = time(member.modified) { result += extra(UInt8(ascii: "x"), time) }
        if name.count > 100 { result += extra(UInt8(ascii: "L"), name + [0]) }
        if link.count > 100 { result += extra(UInt8(ascii: "K"), link + [0]) }
        return result
            + ustar(
                name: name, link: link, type: type(member.kind), mode: member.permissions, size: member.size,
                modified: member.modified.seconds)
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
        let digits = String(repeating: "0", count: 9 - "\(fraction)".count) + "\(fraction)"
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
    private static func extra(_ type: UInt8, _ body: [UInt8]) -> [UInt8] {
        let name = Array((type == UInt8(ascii: "x") ? "PaxHeaders/member" : "././@LongLink").utf8)
        return ustar(name: name, link: [], type: type, mode: 0o644, size: Int64(body.count), modified: 0) + body
            + [UInt8](repeating: 0, count: (block - body.count % block) % block)
    }

    private static func ustar(
        name: [UInt8], link: [UInt8], type: UInt8, mode: UInt16, size: Int64, modified: Int64
    ) -> [UInt8] {
        var header = [UInt8](repeating: 0, count: block)
        func put(_ bytes: [UInt8], at offset: Int) {
            header.replaceSubrange(offset..<offset + bytes.count, with: bytes)
        }
        put(Array(name.prefix(100)), at: 0)
        put(octal(Int64(mode), 7), at: 100)
        put(octal(0, 7), at: 108)
        put(octal(0, 7), at: 116)
        put(size > octalLimit ? binary(size) : octal(size, 11), at: 124)
        put(octal(min(max(modified, 0), octalLimit), 11), at: 136)
        put(Array("        ".utf8), at: 148)
        header[156] = type
        put(Array(link.prefix(100)), at: 157)
        put(Array("ustar".utf8), at: 257)
        put(Array("00".utf8), at: 263)
        put(octal(header.reduce(0) { $0 + Int64($1) }, 6) + [0, UInt8(ascii: " ")], at: 148)
        return header
    }

    private static func octal(_ value: Int64, _ width: Int) -> [UInt8] {
        let digits = Array(String(value, radix: 8).utf8)
        return [UInt8](repeating: UInt8(ascii: "0"), count: max(0, width - digits.count)) + digits
    }

    /// Twelve bytes, the highest bit set: GNU's form for what eleven octal digits do not hold (tar manual, "Extensions").
    private static func binary(_ value: Int64) -> [UInt8] {
        [0x80, 0, 0, 0] + (0..<8).map { UInt8(truncatingIfNeeded: value >> Int64(56 - 8 * $0)) }
    }
}
