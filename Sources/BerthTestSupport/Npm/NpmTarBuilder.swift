internal import BerthArchive

/// Makes tarballs byte by byte (POSIX.1-2017, ustar and pax), right and wrong ones.
package struct NpmTarBuilder {
    /// One member as its header has it.
    package struct Member {
        package var name: String
        package var text: String = ""
        package var mode = 0o644
        package var kind: Character = "0"
        package var target = ""
        /// npm's own date, 1985-10-26.
        package var modified: Int64 = 499_162_500

        package init(_ name: String, _ text: String = "", mode: Int = 0o644) {
            (self.name, self.text, self.mode) = (name, text, mode)
        }

        /// A link or another thing without contents.
        package init(kind: Character, _ name: String, to target: String = "") {
            (self.kind, self.name, self.target) = (kind, name, target)
        }
    }

    package var members: [Member]

    package init(_ members: [Member]) { self.members = members }

    package var tar: [UInt8] { members.reduce(into: []) { $0 += bytes($1) } + [UInt8](repeating: 0, count: 1024) }

    package func gzip() throws -> [UInt8] {
        let compressor = try Compression.gzip(level: 6).makeCompressor()
        return try compressor.compress(tar)
    }

    private func bytes(_ member: Member) -> [UInt8] {
        let long = member.name.utf8.count > 100 || member.target.utf8.count > 100
        let pax =
            long ? record("path", member.name) + (member.target.isEmpty ? [] : record("linkpath", member.target)) : []
        let prefix = pax.isEmpty ? [] : header(Member(kind: "x", "PaxHeader"), size: pax.count) + padded(pax)
        var short = member
        short.name = String(member.name.prefix(100))
        short.target = String(member.target.prefix(100))
        let contents = Array(member.text.utf8)
        return prefix + header(short, size: contents.count) + padded(contents)
    }

    private func padded(_ bytes: [UInt8]) -> [UInt8] {
        bytes + [UInt8](repeating: 0, count: (512 - bytes.count % 512) % 512)
    }

    private func record(_ key: String, _ value: String) -> [UInt8] {
        let rest = " \(key)=\(value)\n"
        var count = rest.utf8.count + 1
        while "\(count)".utf8.count + rest.utf8.count != count { count = "\(count)".utf8.count + rest.utf8.count }
        return Array("\(count)\(rest)".utf8)
    }

    private func header(_ member: Member, size: Int) -> [UInt8] {
        var block = [UInt8](repeating: 0, count: 512)
        func put(_ text: String, at offset: Int) {
            block.replaceSubrange(offset..<(offset + text.utf8.count), with: text.utf8)
        }
        func octal(_ number: Int64, _ width: Int) -> String {
            let digits = String(number, radix: 8)
            return String(repeating: "0", count: width - digits.count) + digits
        }
        put(member.name, at: 0)
        put(octal(Int64(member.mode), 7), at: 100)
        put(octal(501, 7), at: 108)
        put(octal(20, 7), at: 116)
        put(octal(Int64(size), 11), at: 124)
        put(octal(member.modified, 11), at: 136)
        put("        ", at: 148)
        put(String(member.kind), at: 156)
        put(member.target, at: 157)
        put("ustar\u{0}00", at: 257)
        put(octal(block.reduce(Int64(0)) { $0 + Int64($1) }, 6) + "\u{0} ", at: 148)
        return block
    }
}
