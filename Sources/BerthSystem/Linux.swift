#if os(Linux)
internal import Foundation
internal import SystemPackage

/// What differs between systems, Linux side; `Darwin.swift` has the same signatures.
enum Platform {
    /// What people call the system.
    static func systemName() -> String { "Linux" }

    /// Bytes written before this call reach the disk before those written after it (fsync(2)).
    static func order(_ descriptor: Int32) -> Int32 { fsync(descriptor) }

    /// Bytes are on the disk when it returns (fsync(2)).
    static func commit(_ descriptor: Int32) -> Int32 { fsync(descriptor) }

    /// The number of open files as getrlimit(2) wants it.
    static let openFiles = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)

    /// A name for this boot of the kernel (proc(5), random/boot_id).
    static func bootIdentity() -> String {
        let text = try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)
        return text?.trimmingCharacters(in: .whitespacesAndNewlines) ?? "unknown"
    }

    /// The running program (proc(5), self/exe).
    static func executable() -> String? {
        try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    }

    /// The file system's kind, from the mount that holds the path (proc(5), self/mountinfo).
    static func fileSystemKind(_ path: String) -> String? {
        guard let resolved = unsafe realpath(path, nil) else { return nil }
        defer { unsafe free(resolved) }
        let place = unsafe String(cString: resolved)
        let table = (try? String(contentsOfFile: "/proc/self/mountinfo", encoding: .utf8)) ?? ""
        var best = (length: -1, kind: String?.none)
        for line in table.split(separator: "\n") {
            let fields = line.split(separator: " ")
            guard fields.count > 4, let dash = fields.firstIndex(of: "-"), dash + 1 < fields.count else { continue }
            let mount = fields[4] == "/" ? "" : fields[4]
            guard place == mount || place.hasPrefix(mount + "/"), mount.utf8.count >= best.length else { continue }
            best = (mount.utf8.count, String(fields[dash + 1]))
        }
        return best.kind
    }

    /// Modification time in whole seconds and nanoseconds (stat(3type)).
    static func modified(_ facts: stat) -> (seconds: Int64, nanoseconds: Int64) {
        (Int64(facts.st_mtim.tv_sec), Int64(facts.st_mtim.tv_nsec))
    }

    /// Time of the last change of contents or attributes (stat(3type)).
    static func changed(_ facts: stat) -> (seconds: Int64, nanoseconds: Int64) {
        (Int64(facts.st_ctim.tv_sec), Int64(facts.st_ctim.tv_nsec))
    }

    /// Columns of the terminal on a descriptor (TIOCGWINSZ, ioctl_tty(2)).
    static func columns(_ descriptor: Int32) -> Int? {
        var size = winsize()
        guard unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }
}
#endif
