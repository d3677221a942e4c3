import BerthStore
import BerthSystem
import BerthTestSupport
import Foundation
import SystemPackage
import Testing

@testable import BerthCache

/// A file system of its own on a loop device; it goes with the last reference.
///
/// Mounting needs root.
final class LoopFileSystem: Sendable {
    let folder: TemporaryFolder
    /// Where it is mounted.
    let path: FilePath

    /// `kind`: `ext4`, `xfs` or `btrfs`.
    init(_ kind: String) async throws {
        folder = try TemporaryFolder("loop")
        path = folder.path.appending("mount")
        let script = """
            command -v mkfs.\(kind) >/dev/null || { echo "mkfs.\(kind) is missing" >&2; exit 1; }
            truncate -s 1G image; mkfs.\(kind) -q image; mkdir mount; mount -o loop image mount
            """
        var command = Command("/bin/sh", ["-euc", script])
        command.directory = folder.path
        command.environment["PATH"] = (Machine.environment("PATH") ?? "") + ":/usr/sbin:/sbin"
        _ = try await command.output(remedy: "run as root, after scripts/setup test")
    }

    deinit {
        // What a failed test left mounted inside goes first, the innermost first.
        for mount in (try? MountTable().inside(path.string))?.reversed() ?? [] {
            try? Files.unmount(FilePath(mount.place))
        }
        try? Files.unmount(path)
    }
}

extension CacheYard {
    /// A yard whose store and trees lie on another file system.
    init(on disk: LoopFileSystem) throws {
        try self.init(at: disk.path.appending("yard"), keeping: disk)
        // The disk is smaller than what the default policy keeps free.
        try Files.makeDirectory(store.root.appending("cache"))
        try Files.writeAtomically("free: 1kB\n", to: store.root.pushing("cache/policy.yaml"))
    }
}
