internal import Foundation
package import SystemPackage

/// What stat(2) says of a path, in the words that Berth needs.
package struct FileFacts: Sendable, Equatable {
    package enum Kind: Sendable { case file, directory, symlink, other }
    package let kind: Kind
    package let size: Int64
    package let mode: UInt16
    package let modified: Int64
    package let device: UInt64
    package let inode: UInt64
}

/// The file operations that swift-system lacks; each throws a `BerthError` that names the path.
package enum Files {
    /// Facts about a path itself (a symlink is not followed); nil when there is nothing.
    package static func facts(_ path: FilePath) throws -> FileFacts? {
        var facts = stat()
        guard unsafe path.withPlatformString({ unsafe lstat($0, &facts) }) == 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw BerthError(errno: errno, "look at the path", path.string)
        }
        let kind: FileFacts.Kind =
            switch facts.st_mode & S_IFMT {
            case S_IFREG: .file
            case S_IFDIR: .directory
            case S_IFLNK: .symlink
            default: .other
            }
        return FileFacts(
            kind: kind, size: Int64(facts.st_size), mode: UInt16(facts.st_mode & 0o7777),
            modified: Platform.modified(facts).seconds, device: UInt64(facts.st_dev), inode: UInt64(facts.st_ino))
    }

    /// Whether a path leads to anything.
    package static func exists(_ path: FilePath) -> Bool {
        unsafe path.withPlatformString { unsafe access($0, F_OK) } == 0
    }

    /// Makes a folder and those above it; one that exists is fine.
    package static func makeDirectory(_ path: FilePath, mode: UInt32 = 0o755) throws {
        guard unsafe path.withPlatformString({ unsafe mkdir($0, mode_t(mode)) }) != 0 else { return }
        let code = errno
        if code == EEXIST, Files.exists(path.appending(".")) { return }
        if code == EEXIST, errno == EACCES { throw BerthError(errno: EACCES, "enter the folder", path.string) }
        let parent = path.removingLastComponent()
        guard code == ENOENT, !parent.isEmpty, parent != path else {
            throw BerthError(errno: code, "make the folder", path.string)
        }
        try makeDirectory(parent, mode: mode)
        try makeDirectory(path, mode: mode)
    }

    /// Renames within one file system, replacing what is there (rename(2)).
    package static func rename(_ from: FilePath, to target: FilePath) throws {
        let result = unsafe from.withPlatformString { old in
            unsafe target.withPlatformString { unsafe Foundation.rename(old, $0) }
        }
        guard result == 0 else { throw BerthError(errno: errno, "rename \(from.string) to", target.string) }
    }

    /// Gives a file a second name; false where the name is taken (link(2)).
    package static func link(_ path: FilePath, as name: FilePath) throws -> Bool {
        let result = unsafe path.withPlatformString { old in
            unsafe name.withPlatformString { unsafe Foundation.link(old, $0) }
        }
        if result == 0 { return true }
        if errno == EEXIST { return false }
        throw BerthError(errno: errno, "give the name", name.string)
    }

    /// Removes a file or link; false when there was none.
    @discardableResult
    package static func remove(_ path: FilePath) throws -> Bool {
        guard unsafe path.withPlatformString({ unsafe unlink($0) }) != 0 else { return true }
        if errno == ENOENT { return false }
        throw BerthError(errno: errno, "remove", path.string)
    }

    /// Removes a folder with all in it; nothing there is fine.
    package static func removeTree(_ path: FilePath) throws {
        guard try facts(path) != nil else { return }
        do { try FileManager.default.removeItem(atPath: path.string) } catch {
            throw BerthError(.failed, "cannot remove the folder", place: path.string, cause: error)
        }
    }

    /// Names in a folder, sorted by bytes; a folder that is not there has none.
    package static func list(_ path: FilePath) throws -> [String] {
        guard let stream = unsafe path.withPlatformString({ unsafe opendir($0) }) else {
            if errno == ENOENT { return [] }
            throw BerthError(errno: errno, "read the folder", path.string)
        }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) {
                unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// Waits until the names in a folder are on the disk.
    package static func commitDirectory(_ path: FilePath) throws {
        let descriptor = try open(path, .readOnly, options: .directory)
        defer { try? descriptor.close() }
        guard Platform.commit(descriptor.rawValue) != 0, !unsupported(errno) else { return }
        throw BerthError(errno: errno, "write the folder to disk", path.string)
    }

    /// Orders a file's bytes before whatever is written next.
    package static func order(_ descriptor: FileDescriptor, _ path: FilePath) throws {
        guard Platform.order(descriptor.rawValue) != 0, !unsupported(errno) else { return }
        throw BerthError(errno: errno, "write the file to disk", path.string)
    }

    /// Opens a file, closed on exec; the error names the path.
    package static func open(
        _ path: FilePath, _ mode: FileDescriptor.AccessMode, options: FileDescriptor.OpenOptions = [],
        permissions: FilePermissions? = nil
    ) throws -> FileDescriptor {
        do {
            return try FileDescriptor.open(
                path, mode, options: options.union(.closeOnExec), permissions: permissions, retryOnInterrupt: true)
        } catch let error as Errno {
            throw BerthError(errno: error.rawValue, "open", path.string)
        }
    }

    /// File systems that know no fsync (ExFAT, some shares) answer with one of these (restic#4016).
    private static func unsupported(_ code: Int32) -> Bool { [ENOTSUP, EINVAL, ENOTTY].contains(code) }
}
