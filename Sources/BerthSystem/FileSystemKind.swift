package import SystemPackage

/// The kind of a file system, as statfs(2) on macOS and /proc/self/mountinfo on Linux name it.
package struct FileSystemKind: Sendable, Equatable {
    package let name: String

    /// Of the file system that a path lies on; nil where nobody can tell.
    package init?(at path: FilePath) {
        guard let name = Platform.fileSystemKind(path.string) else { return nil }
        self.name = name
    }

    /// Whether other machines may write there too, with locks of their own.
    package var isShared: Bool { Self.shared.contains(name) }

    /// Whether a folder's time changes with each name in it, whoever makes or removes that: file systems in user space, and
    /// those of other machines, may show the time of one of several folders, or one that they keep for a while.
    package var keepsFolderTimes: Bool { Self.local.contains(name) }

    private static let shared: Set = [
        "nfs", "nfs4", "smb", "smb2", "smb3", "smbfs", "cifs", "afpfs", "webdav", "fuse.davfs", "fuse.davfs2", "afs",
        "ceph", "fuse.ceph", "fuse.ceph-fuse", "fuse.glusterfs", "lustre", "gpfs", "beegfs", "ocfs2", "gfs2",
        "fuse.sshfs", "fuse.rclone", "fuse.s3fs", "fuse.gcsfuse",
        // Folders of a host, seen from its virtual machine.
        "9p", "virtiofs", "vboxsf", "prl_fs", "vmhgfs", "fuse.vmhgfs-fuse", "fuse.grpcfuse", "fakeowner", "osxfs",
    ]

    private static let local: Set = [
        "ext2", "ext3", "ext4", "xfs", "btrfs", "f2fs", "zfs", "bcachefs", "tmpfs", "ramfs", "overlay", "apfs", "hfs",
    ]
}
