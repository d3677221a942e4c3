internal import BerthSystem

/// Renders a member as ustar header blocks, with a pax header before it where ustar cannot say it.
///
/// Sources: POSIX.1-2017 pax(1), "ustar Interchange Format" and "pax Header Block". The same member always gives the
/// same bytes: no access times, no user names, fixed pax header names.
enum TarHeader {
    static let blockSize = 512

    /// One or three blocks: the header, preceded by a pax header when the path, link or size needs one.
    static func blocks(for member: TreeMember) throws -> [UInt8] {
        let path = spelled(member)
        let link = linkName(member)
        var records: [(String, [UInt8])] = []
        let place = split(path)
        if place == nil { records.append(("path", path)) }
        if link.count > 100 || !isASCII(link) { records.append(("linkpath", link)) }
        if member.size > 0o77777777777 { records.append(("size", Array("\(member.size)".utf8))) }
        guard (0...0o77777777777).contains(member.modified) else {
            throw BerthError(
                .damaged, "the time \(member.modified) of a member fits no tar header", place: "\(member.path)")
        }
        let header = ustar(
            member, name: place?.name ?? cut(path), prefix: place?.prefix ?? [], link: Array(link.prefix(100)),
            type: type(member.kind), size: min(member.size, 0o77777777777))
        return records.isEmpty ? header : pax(records, for: member) + header
    }

    private static func spelled(_ member: TreeMember) -> [UInt8] {
        member.kind == .directory ? member.path.bytes + Array("/".utf8) : member.path.bytes
    }

    private static func linkName(_ member: TreeMember) -> [UInt8] {
        switch member.kind {
        case .symlink(let target): Array(target.utf8)
        case .hardlink(let path): path.bytes
        default: []
        }
    }

    private static func type(_ kind: TreeMember.Kind) -> UInt8 {
        switch kind {
        case .file: UInt8(ascii: "0")
        case .hardlink: UInt8(ascii: "1")
        case .symlink: UInt8(ascii: "2")
        case .directory: UInt8(ascii: "5")
        }
    }

    private static func isASCII(_ bytes: [UInt8]) -> Bool { bytes.allSatisfy { $0 < 0x80 } }

    /// What stands in the name field while the pax record holds the whole name: never a half character.
    private static func cut(_ path: [UInt8]) -> [UInt8] {
        Array(path.map { $0 < 0x80 ? $0 : UInt8(ascii: "_") }.prefix(100))
    }

    /// Name and prefix fields (100 and 155 bytes, joined by a slash); nil when the path fits no split.
    private static func split(_ path: [UInt8]) -> (name: [UInt8], prefix: [UInt8])? {
        guard isASCII(path) else { return nil }
        if path.count <= 100 { return (path, []) }
        for index in path.indices where path[index] == UInt8(ascii: "/") && index <= 155 {
            let name = path[(index + 1)...]
            if name.count <= 100 && !name.isEmpty { return (Array(name), Array(path[..<index])) }
        }
        return nil
    }

    private static func ustar(
        _ member: TreeMember, name: [UInt8], prefix: [UInt8], link: [UInt8], type: UInt8, size: Int64
    ) -> [UInt8] {
        var block = [UInt8](repeating: 0, count: blockSize)
        func put(_ bytes: [UInt8], at offset: Int) { block.replaceSubrange(offset..<offset + bytes.count, with: bytes) }
        put(name, at: 0)
        put(octal(Int64(member.mode), 7), at: 100)
        put(octal(Int64(member.owner.user), 7), at: 108)
        put(octal(Int64(member.owner.group), 7), at: 116)
        put(octal(size, 11), at: 124)
        put(octal(member.modified, 11), at: 136)
        put(Array("        ".utf8), at: 148)
        block[156] = type
        put(isASCII(link) ? link : cut(link), at: 157)
        put(Array("ustar".utf8), at: 257)
        put(Array("00".utf8), at: 263)
        put(octal(0, 7), at: 329)
        put(octal(0, 7), at: 337)
        put(prefix, at: 345)
        put(octal(block.reduce(0) { $0 + Int64($1) }, 6) + [0, UInt8(ascii: " ")], at: 148)
        return block
    }

    private static func octal(_ value: Int64, _ width: Int) -> [UInt8] {
        let digits = Array(String(value, radix: 8).utf8)
        return [UInt8](repeating: UInt8(ascii: "0"), count: max(0, width - digits.count)) + digits
    }

    /// A pax extended header: its own ustar header with type `x`, then `length key=value` records.
    private static func pax(_ records: [(key: String, value: [UInt8])], for member: TreeMember) -> [UInt8] {
        var body: [UInt8] = []
        for (key, value) in records {
            let rest = Array(" \(key)=".utf8) + value + Array("\n".utf8)
            var length = rest.count + 1
            while "\(length)".utf8.count + rest.count != length { length = "\(length)".utf8.count + rest.count }
            body += Array("\(length)".utf8) + rest
        }
        let padding = (blockSize - body.count % blockSize) % blockSize
        var carrier = TreeMember("PaxHeaders", .file(size: Int64(body.count)), mode: 0o644, modified: member.modified)
        carrier.owner = member.owner
        let header = ustar(
            carrier, name: Array("PaxHeaders/member".utf8), prefix: [], link: [], type: UInt8(ascii: "x"),
            size: Int64(body.count))
        return header + body + [UInt8](repeating: 0, count: padding)
    }
}
