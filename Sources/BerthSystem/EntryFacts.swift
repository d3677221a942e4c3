internal import Foundation

/// A moment as file systems keep it.
package struct FileTime: Sendable, Hashable {
    /// Since 1970.
    package let seconds: Int64
    /// Twelve bytes a moment and not sixteen: trees have many.
    private let fraction: UInt32

    /// `nanoseconds`: 0 to 999,999,999.
    package init(seconds: Int64, nanoseconds: Int64) {
        (self.seconds, fraction) = (seconds, UInt32(clamping: nanoseconds))
    }

    /// 0 to 999,999,999.
    package var nanoseconds: Int64 { Int64(fraction) }

    /// So much later.
    package func advanced(by duration: Duration) -> FileTime {
        let (seconds, attoseconds) = duration.components
        let nanoseconds = nanoseconds + attoseconds / 1_000_000_000
        let (sum, isTooLarge) = self.seconds.addingReportingOverflow(seconds + nanoseconds / 1_000_000_000)
        return FileTime(seconds: isTooLarge ? .max : sum, nanoseconds: nanoseconds % 1_000_000_000)
    }

    /// How much later another moment is.
    package func duration(to other: FileTime) -> Duration {
        .seconds(other.seconds &- seconds) + .nanoseconds(other.nanoseconds - nanoseconds)
    }
}

/// What stat(2) says of one name in a folder; a symlink is not followed.
package struct EntryFacts: Sendable, Hashable {
    package enum Kind: Sendable, Hashable { case file, folder, link, pipe, socket, device }
    package let kind: Kind
    /// The lower twelve bits of the mode.
    package let permissions: UInt16
    /// In bytes.
    package let size: Int64
    package let modified: FileTime
    /// The last change of contents or attributes.
    package let changed: FileTime
    package let device: UInt64
    package let inode: UInt64
    /// How many names the file has.
    package let names: UInt64
    /// Bytes on the disk; fewer than `size` where the file has holes.
    package let occupied: Int64
    package let owner: UInt32
    package let group: UInt32

    init(_ facts: stat) {
        kind =
            switch facts.st_mode & S_IFMT {
            case S_IFREG: .file
            case S_IFDIR: .folder
            case S_IFLNK: .link
            case S_IFIFO: .pipe
            case S_IFSOCK: .socket
            default: .device
            }
        permissions = UInt16(facts.st_mode & 0o7777)
        size = Int64(facts.st_size)
        let (modified, changed) = (Platform.modified(facts), Platform.changed(facts))
        self.modified = FileTime(seconds: modified.seconds, nanoseconds: modified.nanoseconds)
        self.changed = FileTime(seconds: changed.seconds, nanoseconds: changed.nanoseconds)
        device = UInt64(facts.st_dev)
        inode = UInt64(facts.st_ino)
        names = UInt64(facts.st_nlink)
        // stat(2): counted in units of 512 bytes, whatever the block size.
        occupied = Int64(facts.st_blocks) * 512
        (owner, group) = (UInt32(facts.st_uid), UInt32(facts.st_gid))
    }
}
