internal import Foundation
internal import SystemPackage

extension Folder {
    /// Makes a file that shares the blocks of an open one (a reflink): each is written apart from then on.
    ///
    /// `permissions`: of a file that the system makes for it; the process's mask takes from them. Throws with the errno of a
    /// system that cannot: another file system, or one without such sharing.
    package func clone(_ name: Name, of source: OpenFile, permissions: UInt16 = 0o600) throws -> OpenFile {
        let text = name.bytes.map { CChar(bitPattern: $0) } + [0]
        let made = try call("clone to", place(name)) {
            Platform.clone(source.descriptor.rawValue, as: text, permissions, in: descriptor.rawValue)
        }
        return OpenFile(.inside(origin, name), FileDescriptor(rawValue: made))
    }

    /// Makes an empty subvolume (btrfs), and opens it; nil where the file system has none.
    package func makeSubvolume(_ name: Name) -> Folder? {
        guard Platform.makeSubvolume(name.string, in: descriptor.rawValue) == 0 else { return nil }
        return try? folder(name)
    }

    /// Makes a subvolume that shares all of another one, which must be its root.
    package func makeSnapshot(_ name: Name, of source: Folder) throws {
        try call("make a snapshot", place(name)) {
            Platform.snapshot(source.descriptor.rawValue, as: name.string, in: descriptor.rawValue)
        }
    }

    /// Removes a subvolume at once; false where it is none, or this user may not.
    @discardableResult
    package func removeSubvolume(_ name: Name) -> Bool {
        Platform.removeSubvolume(name.string, in: descriptor.rawValue) == 0
    }

    /// What tells this mount of the folder's file system from any other; nil where the system cannot say it.
    package var mountIdentity: String? { Platform.mountIdentity(descriptor.rawValue) }
}

extension FileTime: Comparable {
    /// The wall clock's time, by which the kernel stamps files.
    package static var now: FileTime {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return FileTime(seconds: Int64(time.tv_sec), nanoseconds: Int64(time.tv_nsec))
    }

    package static func < (left: FileTime, right: FileTime) -> Bool {
        (left.seconds, left.nanoseconds) < (right.seconds, right.nanoseconds)
    }
}
