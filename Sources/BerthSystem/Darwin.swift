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

    /// Large blocks go back by themselves.
    static func returnLargeBlocks() {}

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

    /// The real path of an open file or folder (F_GETPATH, fcntl(2)).
    static func place(_ descriptor: Int32) -> String? {
        var buffer = [CChar](repeating: 0, count: 4096)
        guard unsafe fcntl(descriptor, F_GETPATH, &buffer) == 0 else { return nil }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// What tells one mount of a file system from another: f_fsid, which each mount gets anew (statfs(2)).
    static func mountIdentity(_ descriptor: Int32) -> String? {
        var facts = statfs()
        guard unsafe fstatfs(descriptor, &facts) == 0 else { return nil }
        return "\(facts.f_fsid.val.0)-\(facts.f_fsid.val.1)"
    }

    /// The mounts that this process sees: where, the file system's kind, and its source (getfsstat(2)).
    static func mountTable() -> [(place: String, kind: String, source: String)]? {
        let count = unsafe getfsstat(nil, 0, MNT_NOWAIT)
        guard count > 0 else { return nil }
        var table = [statfs](repeating: statfs(), count: Int(count) + 16)
        let size = Int32(table.count * MemoryLayout<statfs>.stride)
        let got = unsafe getfsstat(&table, size, MNT_NOWAIT)
        guard got > 0 else { return nil }
        return table.prefix(Int(got)).map { facts in
            func text(_ bytes: UnsafeRawBufferPointer) -> String {
                String(decoding: unsafe bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            return unsafe (
                withUnsafeBytes(of: facts.f_mntonname, text), withUnsafeBytes(of: facts.f_fstypename, text),
                withUnsafeBytes(of: facts.f_mntfromname, text)
            )
        }
    }

    /// There are no overlays here.
    static func mountOverlay(_ source: String, lower: String, upper: String, work: String, at place: String) -> Int32 {
        errno = ENOTSUP
        return -1
    }

    /// Ends a mount (unmount(2)); 0, or -1 with errno.
    static func unmount(_ place: String) -> Int32 { unsafe Foundation.unmount(place, 0) }

    /// Makes a file that shares the blocks of another one (fclonefileat, clonefile(2)); its descriptor, or -1 with errno.
    ///
    /// It has the permissions of its source, whatever is asked for.
    static func clone(_ source: Int32, as name: [CChar], _ permissions: UInt16, in folder: Int32) -> Int32 {
        guard unsafe fclonefileat(source, folder, name, UInt32(CLONE_NOOWNERCOPY)) == 0 else { return -1 }
        return unsafe openat(folder, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
    }

    /// There are no subvolumes here.
    static func makeSubvolume(_ name: String, in folder: Int32) -> Int32 {
        errno = ENOTSUP
        return -1
    }

    /// There are no subvolumes here.
    static func snapshot(_ source: Int32, as name: String, in folder: Int32) -> Int32 {
        errno = ENOTSUP
        return -1
    }

    /// There are no subvolumes here.
    static func removeSubvolume(_ name: String, in folder: Int32) -> Int32 {
        errno = ENOTSUP
        return -1
    }
}
#endif
