/// The smallest writer of ustar archives (POSIX.1-2017, pax, ustar interchange format).
enum TinyTar {
    enum Member {
        case folder(String)
        case file(String, [UInt8], mode: Int)
        case link(String, to: String)
    }

    static func bytes(_ members: [Member]) -> [UInt8] {
        members.reduce(into: []) { $0 += bytes($1) } + [UInt8](repeating: 0, count: 1024)
    }

    private static func bytes(_ member: Member) -> [UInt8] {
        switch member {
        case .folder(let path): return header(path + "/", kind: "5", mode: 0o755)
        case .link(let path, let target): return header(path, kind: "2", mode: 0o777, target: target)
        case .file(let path, let bytes, let mode):
            let padding = [UInt8](repeating: 0, count: (512 - bytes.count % 512) % 512)
            return header(path, kind: "0", mode: mode, size: bytes.count) + bytes + padding
        }
    }

    private static func header(
        _ path: String, kind: Character, mode: Int, size: Int = 0, target: String = ""
    ) -> [UInt8] {
        var block = [UInt8](repeating: 0, count: 512)
        func put(_ text: String, at offset: Int) {
            block.replaceSubrange(offset..<(offset + text.utf8.count), with: text.utf8)
        }
        func octal(_ number: Int, _ width: Int) -> String {
            let digits = String(number, radix: 8)
            return String(repeating: "0", count: width - digits.count) + digits
        }
        put(path, at: 0)
        put(octal(mode, 7), at: 100)
        put(octal(0, 7), at: 108)
        put(octal(0, 7), at: 116)
        put(octal(size, 11), at: 124)
        put(octal(0, 11), at: 136)
        put("        ", at: 148)
        put(String(kind), at: 156)
        put(target, at: 157)
        put("ustar", at: 257)
        put("00", at: 263)
        put(octal(block.reduce(0) { $0 + Int($1) }, 6) + "\0 ", at: 148)
        return block
    }
}
