#if os(Linux)
internal import Foundation
internal import SystemPackage

/// What differs between systems, Linux side; `Darwin.swift` has the same signatures.
enum Platform {
    /// Bytes written before this call reach the disk before those written after it (fsync(2)).
    static func order(_ descriptor: Int32) -> Int32 { fsync(descriptor) }

    /// Bytes are on the disk when it returns (fsync(2)).
    static func commit(_ descriptor: Int32) -> Int32 { fsync(descriptor) }

    /// A name for this boot of the kernel (proc(5), random/boot_id).
    static func bootIdentity() -> String {
        let text = try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)
        return text?.trimmingCharacters(in: .whitespacesAndNewlines) ?? "unknown"
    }

    /// The running program (proc(5), self/exe).
    static func executable() -> String? {
        try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    }

    /// The file system's kind, by its magic number (statfs(2)); nil for kinds not asked about.
    static func fileSystemKind(_ path: String) -> String? {
        var facts = statfs()
        guard unsafe statfs(path, &facts) == 0 else { return nil }
        let kinds: [Int: String] = [
            0x6969: "nfs", 0x517B: "smb", 0xFE53_4D42: "smb2", 0xFF53_4D42: "cifs", 0x0102_1997: "9p",
            0x6573_5546: "fuse", 0x6A65_6A63: "virtiofs",
        ]
        return kinds[Int(facts.f_type) & 0xFFFF_FFFF]
    }

    /// Modification time in whole seconds and nanoseconds (stat(3type)).
    static func modified(_ facts: stat) -> (seconds: Int64, nanoseconds: Int64) {
        (Int64(facts.st_mtim.tv_sec), Int64(facts.st_mtim.tv_nsec))
    }

    /// Columns of the terminal on a descriptor (TIOCGWINSZ, ioctl_tty(2)).
    static func columns(_ descriptor: Int32) -> Int? {
        var size = winsize()
        guard unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }
}
#endif
