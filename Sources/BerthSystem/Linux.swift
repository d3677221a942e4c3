#if os(Linux)
internal import CMalloc
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

    /// Has blocks of 4 MiB and more mapped one by one, and few heaps (mallopt(3)).
    ///
    /// glibc's own limit rises to 32 MiB with blocks that are freed, what lies below it stays with the process, and there are
    /// eight heaps for each processor: a fifth of what saving 400,000 files takes. Setting one limit fixes the other: at its
    /// own, each small block at a heap's end that is freed would be given back, and taken again.
    static func returnLargeBlocks() {
        _ = mallopt(M_MMAP_THRESHOLD, 4 << 20)
        _ = mallopt(M_TRIM_THRESHOLD, 8 << 20)
        _ = mallopt(M_ARENA_MAX, 4)
    }

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
        let table = (try? text("/proc/self/mountinfo")) ?? ""
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

    /// The real path of an open file or folder (proc(5), self/fd).
    static func place(_ descriptor: Int32) -> String? {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = unsafe readlink("/proc/self/fd/\(descriptor)", &buffer, 4096)
        guard count > 0, count < 4096 else { return nil }
        return String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// What tells one mount of a file system from another: mount number (proc(5), self/fdinfo), and f_fsid (statvfs(3)).
    static func mountIdentity(_ descriptor: Int32) -> String? {
        var facts = statvfs()
        guard unsafe fstatvfs(descriptor, &facts) == 0,
            let text = try? text("/proc/self/fdinfo/\(descriptor)"),
            let line = text.split(separator: "\n").first(where: { $0.hasPrefix("mnt_id:") })
        else { return nil }
        return line.dropFirst(7).filter { !$0.isWhitespace } + "-\(facts.f_fsid)"
    }

    /// The mounts that this process sees: where, the file system's kind, and its source (proc(5), self/mountinfo).
    static func mountTable() -> [(place: String, kind: String, source: String)]? {
        guard let table = try? text("/proc/self/mountinfo") else { return nil }
        return table.split(separator: "\n").compactMap { line in
            let fields = line.split(separator: " ")
            guard fields.count > 4, let dash = fields.firstIndex(of: "-"), dash + 2 < fields.count else { return nil }
            return (plain(fields[4]), String(fields[dash + 1]), plain(fields[dash + 2]))
        }
    }

    /// Mounts an overlay over a folder (mount(2); the kernel's overlayfs.rst); 0, or -1 with errno.
    static func mountOverlay(_ source: String, lower: String, upper: String, work: String, at place: String) -> Int32 {
        func escaped(_ path: String) -> String {
            path.reduce(into: "") { $0 += "\\,:".contains($1) ? "\\\($1)" : "\($1)" }
        }
        let layers = "lowerdir=\(escaped(lower)),upperdir=\(escaped(upper)),workdir=\(escaped(work))"
        let flags = UInt(MS_NOSUID | MS_NODEV)
        // Tools rename folders; without this a folder of the lower layer cannot be.
        if unsafe mount(source, place, "overlay", flags, layers + ",redirect_dir=on") == 0 { return 0 }
        return unsafe mount(source, place, "overlay", flags, layers)
    }

    /// Ends a mount (umount2(2)); 0, or -1 with errno.
    static func unmount(_ place: String) -> Int32 { unsafe umount2(place, Int32(UMOUNT_NOFOLLOW)) }

    /// Makes a file that shares the blocks of another one (ioctl_ficlone(2)); its descriptor, or -1 with errno.
    static func clone(_ source: Int32, as name: [CChar], _ permissions: UInt16, in folder: Int32) -> Int32 {
        let flags = O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
        let made = unsafe openat(folder, name, flags, mode_t(permissions))
        guard made != -1, ioctl(made, 0x4004_9409, source) != 0 else { return made }
        let code = errno
        close(made)
        unsafe unlinkat(folder, name, 0)
        errno = code
        return -1
    }

    /// Makes an empty subvolume (BTRFS_IOC_SUBVOL_CREATE, ioctl_btrfs(2)); 0, or -1 with errno.
    static func makeSubvolume(_ name: String, in folder: Int32) -> Int32 { btrfs(folder, 0x5000_940E, 0, name) }

    /// Makes a subvolume that shares all of another one (BTRFS_IOC_SNAP_CREATE); 0, or -1 with errno.
    static func snapshot(_ source: Int32, as name: String, in folder: Int32) -> Int32 {
        btrfs(folder, 0x5000_9401, source, name)
    }

    /// Removes a subvolume with all in it (BTRFS_IOC_SNAP_DESTROY); 0, or -1 with errno.
    static func removeSubvolume(_ name: String, in folder: Int32) -> Int32 { btrfs(folder, 0x5000_940F, 0, name) }

    /// A file of /proc, to its end: Foundation takes the first read that gives less than it asked for as the end.
    private static func text(_ path: String) throws -> String { try Files.readText(FilePath(path)) }

    /// A call with `struct btrfs_ioctl_vol_args`: a descriptor as eight bytes, and a name in 4,088 (linux/btrfs.h).
    private static func btrfs(_ folder: Int32, _ request: UInt, _ source: Int32, _ name: String) -> Int32 {
        let text = Array(name.utf8)
        guard text.count < 256 else {
            errno = ENAMETOOLONG
            return -1
        }
        var arguments = (0..<8).map { UInt8(truncatingIfNeeded: Int64(source) >> (8 * $0)) } + text
        arguments += [UInt8](repeating: 0, count: 4096 - arguments.count)
        return unsafe ioctl(folder, request, &arguments)
    }

    /// A field of mountinfo: blanks and the like stand there as a backslash and three octal digits.
    private static func plain(_ field: Substring) -> String {
        var (bytes, rest): ([UInt8], ArraySlice<UInt8>) = ([], Array(field.utf8)[...])
        while let byte = rest.popFirst() {
            let digits = rest.prefix(3)
            guard byte == 0x5C, digits.count == 3, digits.allSatisfy({ (0x30...0x37).contains($0) }) else {
                bytes.append(byte)
                continue
            }
            bytes.append(digits.reduce(0) { $0 << 3 | ($1 - 0x30) })
            rest = rest.dropFirst(3)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
#endif
