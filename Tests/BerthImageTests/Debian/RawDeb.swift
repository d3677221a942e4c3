import BerthArchive
import BerthSystem
import SystemPackage

/// Writes .deb files byte by byte, also those that no honest program would write.
struct RawDeb {
    /// One tar member; the name goes into the header as it is.
    struct Member {
        var name: String
        var kind: Character = "0"
        var bytes: [UInt8] = []
        var mode = 0o644
        var target = ""
        /// The size that the header claims, where it differs from the truth.
        var claimed: Int?

        static func file(_ name: String, _ text: String = "text\n", mode: Int = 0o644) -> Member {
            Member(name: name, bytes: Array(text.utf8), mode: mode)
        }
        static func folder(_ name: String) -> Member { Member(name: name, kind: "5", mode: 0o755) }
        static func link(_ name: String, to target: String) -> Member {
            Member(name: name, kind: "2", mode: 0o777, target: target)
        }
        static func hardlink(_ name: String, to target: String) -> Member {
            Member(name: name, kind: "1", target: target)
        }
    }

    var name = "anchor"
    var version = "1.0"
    var architecture = "amd64"
    var control = ""
    /// Further files of the control tar.
    var scripts: [Member] = []
    var members: [Member] = []
    /// When it was made, in seconds since 1970.
    var date = 1_700_000_000

    var controlText: String {
        "Package: \(name)\nVersion: \(version)\nArchitecture: \(architecture)\nMaintainer: Nobody <nobody@localhost>\n"
            + control + "Description: a package of a test\n"
    }

    /// The whole file.
    func bytes() -> [UInt8] { bytes { $0 } }

    /// The whole file; `rearrange` may change the order and contents of its three parts.
    func bytes(_ rearrange: ([Part]) throws -> [Part]) rethrows -> [UInt8] {
        let parts = [
            Part(name: "debian-binary", bytes: Array("2.0\n".utf8)),
            Part(name: "control.tar", bytes: tar([.file("./control", controlText)] + scripts)),
            Part(name: "data.tar", bytes: tar(members)),
        ]
        return try rearrange(parts).reduce(into: Array("!<arch>\n".utf8)) { $0 += archived($1) }
    }

    /// A member of the outer archive.
    struct Part {
        var name: String
        var bytes: [UInt8]
    }

    private func archived(_ part: Part) -> [UInt8] {
        func field(_ text: String, _ width: Int) -> [UInt8] {
            Array(text.utf8) + [UInt8](repeating: 0x20, count: width - text.utf8.count)
        }
        let header =
            field(part.name, 16) + field("\(date)", 12) + field("0", 6) + field("0", 6) + field("100644", 8)
            + field("\(part.bytes.count)", 10) + [0x60, 0x0A]
        return header + part.bytes + (part.bytes.count % 2 == 1 ? [0x0A] : [])
    }

    private func tar(_ members: [Member]) -> [UInt8] {
        members.reduce(into: []) { bytes, member in
            let padding = [UInt8](repeating: 0, count: (512 - member.bytes.count % 512) % 512)
            bytes += header(member) + member.bytes + padding
        } + [UInt8](repeating: 0, count: 1024)
    }

    private func header(_ member: Member) -> [UInt8] {
        var block = [UInt8](repeating: 0, count: 512)
        func put(_ text: String, at offset: Int) {
            block.replaceSubrange(offset..<(offset + text.utf8.count), with: text.utf8)
        }
        func octal(_ number: Int, _ width: Int) -> String {
            let digits = String(number, radix: 8)
            return String(repeating: "0", count: width - digits.count) + digits
        }
        put(member.name, at: 0)
        put(octal(member.mode, 7), at: 100)
        put(octal(0, 7), at: 108)
        put(octal(0, 7), at: 116)
        put(octal(member.claimed ?? member.bytes.count, 11), at: 124)
        put(octal(date, 11), at: 136)
        put("        ", at: 148)
        put(String(member.kind), at: 156)
        put(member.target, at: 157)
        put("ustar", at: 257)
        put("00", at: 263)
        put(octal(block.reduce(0) { $0 + Int($1) }, 6) + "\0 ", at: 148)
        return block
    }
}
