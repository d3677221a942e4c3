#if os(macOS)
internal import Foundation
internal import SystemPackage

/// What differs between systems, macOS side; `docs/design/macos.md` names the source of each line.
enum Platform {
    /// What people call the system.
    static func systemName() -> String { "macOS" }

    /// Bytes written before this call reach the disk before those written after it (F_BARRIERFSYNC, fcntl(2)).
    static func order(_ descriptor: Int32) -> Int32 {
        let result = fcntl(descriptor, F_BARRIERFSYNC)
        return result == -1 && (errno == ENOTTY || errno == ENOTSUP) ? fsync(descriptor) : result
    }

    /// Bytes are on the disk when it returns (F_FULLFSYNC, fcntl(2)).
    static func commit(_ descriptor: Int32) -> Int32 {
        let result = fcntl(descriptor, F_FULLFSYNC)
        return result == -1 && (errno == ENOTTY || errno == ENOTSUP) ? fsync(descriptor) : result
    }

    /// The number of open files as getrlimit(2) wants it.
    static let openFiles = RLIMIT_NOFILE

    /// A name for this boot of the kernel (kern.bootsessionuuid, sysctl(3)).
    static func bootIdentity() -> String {
        var size = 0
        guard unsafe sysctlbyname("kern.bootsessionuuid", nil, &size, nil, 0) == 0 else { return "unknown" }
        var bytes = [UInt8](repeating: 0, count: size)
        guard unsafe sysctlbyname("kern.bootsessionuuid", &bytes, &size, nil, 0) == 0 else { return "unknown" }
        return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }

    /// The running program (Bundle.executablePath, Foundation).
    static func executable() -> String? { Bundle.main.executablePath }

    /// The file system's kind by name (f_fstypename, statfs(2)).
    static func fileSystemKind(_ path: String) -> String? {
        var facts = statfs()
        guard unsafe statfs(path, &facts) == 0 else { return nil }
        return unsafe withUnsafeBytes(of: facts.f_fstypename) { bytes in
            String(decoding: unsafe bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
    }

    /// Modification time in whole seconds and nanoseconds (st_mtimespec, stat(2)).
    static func modified(_ facts: stat) -> (seconds: Int64, nanoseconds: Int64) {
        (Int64(facts.st_mtimespec.tv_sec), Int64(facts.st_mtimespec.tv_nsec))
    }

    /// Time of the last change of contents or attributes (st_ctimespec, stat(2)).
    static func changed(_ facts: stat) -> (seconds: Int64, nanoseconds: Int64) {
        (Int64(facts.st_ctimespec.tv_sec), Int64(facts.st_ctimespec.tv_nsec))
    }

    /// Columns of the terminal on a descriptor (TIOCGWINSZ, tty(4)).
    static func columns(_ descriptor: Int32) -> Int? {
        var size = winsize()
        guard unsafe ioctl(descriptor, TIOCGWINSZ, &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }
}
#endif
