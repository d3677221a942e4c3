internal import Foundation
package import SystemPackage

/// One open folder: each name is looked up in it alone and links are not followed, so that nobody who changes the tree
/// meanwhile can lead a reader or writer elsewhere (openat(2)); paths may be of any length.
package final class Folder: Sendable {
    package typealias Name = FileName

    let origin: Origin
    let descriptor: FileDescriptor

    /// Opens a folder by its path, following links on the way.
    package init(_ path: FilePath) throws {
        origin = .path(path)
        descriptor = try Files.open(path, .readOnly, options: .directory)
    }

    init(_ origin: Origin, _ descriptor: FileDescriptor) {
        (self.origin, self.descriptor) = (origin, descriptor)
    }

    deinit { try? descriptor.close() }

    /// Where it was when it was opened; for messages.
    package var path: FilePath { origin.path }

    /// A name's path, for messages.
    package func place(_ name: Name) -> String { path.appending(name).string }

    /// Names in it, sorted by bytes.
    package func names() throws -> [Name] {
        let copy = try call("read the folder", path.string) {
            unsafe openat(descriptor.rawValue, ".", O_RDONLY | O_CLOEXEC)
        }
        guard let stream = unsafe fdopendir(copy) else {
            let code = errno
            close(copy)
            throw BerthError(errno: code, "read the folder", path.string)
        }
        defer { unsafe closedir(stream) }
        var names: [Name] = []
        errno = 0
        while let entry = unsafe readdir(stream) {
            let bytes = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { unsafe Array($0.prefix { $0 != 0 }) }
            errno = 0
            // The folder itself and the one above are no names.
            if let name = Name(bytes: bytes[...]) { names.append(name) }
        }
        guard errno == 0 else { throw BerthError(errno: errno, "read the folder", path.string) }
        return names.sorted()
    }

    /// What lies under a name; nil where nothing does.
    package func facts(_ name: Name) throws -> EntryFacts? {
        var facts = stat()
        let result = unsafe name.withText {
            unsafe fstatat(descriptor.rawValue, $0, &facts, AT_SYMLINK_NOFOLLOW)
        }
        if result == 0 { return EntryFacts(facts) }
        if errno == ENOENT { return nil }
        throw BerthError(errno: errno, "look at", place(name))
    }

    /// What this folder itself is.
    package func facts() throws -> EntryFacts {
        var facts = stat()
        try call("look at", path.string) { unsafe fstat(descriptor.rawValue, &facts) }
        return EntryFacts(facts)
    }

    /// Opens a folder in it.
    package func folder(_ name: Name) throws -> Folder {
        let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
        return Folder(.inside(origin, name), try open(name, flags, "open the folder"))
    }

    /// Opens a file for reading; a pipe or a device that has come in its place doesn't hold anybody up.
    package func read(_ name: Name) throws -> OpenFile {
        let flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC
        return OpenFile(.inside(origin, name), try open(name, flags, "open"))
    }

    /// Makes a file, which nobody else may read yet unless `permissions` say so; throws where the name is taken.
    ///
    /// The process's mask takes from the permissions.
    package func create(_ name: Name, permissions: UInt16 = 0o600) throws -> OpenFile {
        let flags = O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
        return OpenFile(.inside(origin, name), try open(name, flags, "make", permissions))
    }

    /// Opens a file that is there for writing.
    package func write(_ name: Name) throws -> OpenFile {
        OpenFile(.inside(origin, name), try open(name, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, "open"))
    }

    /// Makes a folder and opens it; throws where the name is taken.
    package func makeFolder(_ name: Name) throws -> Folder {
        try makeEmptyFolder(name)
        return try folder(name)
    }

    /// Makes a folder; throws where the name is taken.
    package func makeEmptyFolder(_ name: Name) throws {
        try call("make the folder", place(name)) {
            unsafe name.withText { unsafe mkdirat(descriptor.rawValue, $0, 0o700) }
        }
    }

    /// Makes a symlink with these bytes as its target.
    package func makeLink(_ name: Name, to target: some Collection<UInt8>) throws {
        let text = target.map { CChar(bitPattern: $0) } + [0]
        try call("make the link", place(name)) {
            unsafe name.withText { unsafe symlinkat(text, descriptor.rawValue, $0) }
        }
    }

    /// The target of a symlink, as it stands.
    package func target(_ name: Name) throws -> [UInt8] {
        var buffer = [CChar](repeating: 0, count: 4096 + 1)
        let size = buffer.count
        let count = try call("read the link", place(name)) {
            unsafe name.withText { unsafe readlinkat(descriptor.rawValue, $0, &buffer, size) }
        }
        guard count <= 4096 else {
            throw BerthError(.failed, "the link's target is longer than 4096 bytes", place: place(name))
        }
        return buffer.prefix(count).map { UInt8(bitPattern: $0) }
    }

    private func open(
        _ name: Name, _ flags: Int32, _ action: String, _ permissions: UInt16 = 0o600
    ) throws -> FileDescriptor {
        FileDescriptor(
            rawValue: try call(action, place(name)) {
                unsafe name.withText {
                    unsafe openat(descriptor.rawValue, $0, flags, mode_t(permissions))
                }
            })
    }

    /// A call relative to this folder; one that a signal interrupts is made again.
    @discardableResult
    func call<Result: SignedInteger>(
        _ action: String, _ place: @autoclosure () -> String, _ body: () -> Result
    ) throws -> Result {
        while true {
            let result = body()
            if result != -1 { return result }
            if errno != EINTR { throw BerthError(errno: errno, action, place()) }
        }
    }
}

extension Folder {
    /// Gives a file a second name, in this folder or another one on the same file system.
    package func makeName(_ name: Name, of other: Name, in folder: Folder) throws {
        try call("give a second name", place(name)) {
            unsafe other.withText { old in
                unsafe name.withText {
                    unsafe linkat(folder.descriptor.rawValue, old, descriptor.rawValue, $0, 0)
                }
            }
        }
    }

    /// Renames within one file system, replacing a file or an empty folder that is there.
    package func rename(_ name: Name, to target: Name, in folder: Folder) throws {
        try call("rename to \(folder.place(target).escaped)", place(name)) {
            unsafe name.withText { old in
                unsafe target.withText {
                    unsafe renameat(descriptor.rawValue, old, folder.descriptor.rawValue, $0)
                }
            }
        }
    }

    /// Removes a file or link; false where there was none.
    @discardableResult
    package func remove(_ name: Name) throws -> Bool {
        if unsafe name.withText({ unsafe unlinkat(descriptor.rawValue, $0, 0) }) == 0 { return true }
        if errno == ENOENT { return false }
        throw BerthError(errno: errno, "remove", place(name))
    }

    /// Sets the permissions of a file or folder in it, which must not be a link.
    package func setPermissions(_ permissions: UInt16, of name: Name) throws {
        try call("set the permissions of", place(name)) {
            unsafe name.withText {
                unsafe fchmodat(descriptor.rawValue, $0, mode_t(permissions), AT_SYMLINK_NOFOLLOW)
            }
        }
    }

    /// Sets the permissions of this folder itself.
    package func setPermissions(_ permissions: UInt16) throws {
        try call("set the permissions of", path.string) { fchmod(descriptor.rawValue, mode_t(permissions)) }
    }

    /// Gives a name to another user, a symlink itself too.
    package func setOwner(_ user: UInt32, _ group: UInt32, of name: Name) throws {
        try call("give away", place(name)) {
            unsafe name.withText {
                unsafe fchownat(descriptor.rawValue, $0, user, group, AT_SYMLINK_NOFOLLOW)
            }
        }
    }

    /// Gives this folder itself to another user.
    package func setOwner(_ user: UInt32, _ group: UInt32) throws {
        try call("give away", path.string) { fchown(descriptor.rawValue, user, group) }
    }

    /// Sets the time of a name, of a symlink itself too.
    package func setModified(_ time: FileTime, of name: Name) throws {
        let times = OpenFile.times(time)
        try call("set the time of", place(name)) {
            unsafe name.withText { unsafe utimensat(descriptor.rawValue, $0, times, AT_SYMLINK_NOFOLLOW) }
        }
    }

    /// Sets the time of this folder itself.
    package func setModified(_ time: FileTime) throws {
        let times = OpenFile.times(time)
        try call("set the time of", path.string) { unsafe futimens(descriptor.rawValue, times) }
    }

    /// Waits until the names in it are on the disk.
    package func commit() throws { try Files.commitDirectory(path) }
}
