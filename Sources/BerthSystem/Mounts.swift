internal import Foundation
package import SystemPackage

/// The mounts that this process sees.
package struct MountTable: Sendable {
    /// One mount.
    package struct Mount: Sendable {
        /// Its real path.
        package let place: String
        /// What it is: `ext4`, `overlay`, `apfs`, and so on.
        package let kind: String
        /// The device, or what whoever mounted it called it.
        package let source: String
    }

    package let mounts: [Mount]

    /// Reads the table; throws where the system does not give it.
    package init() throws {
        guard let table = Platform.mountTable() else {
            throw BerthError(.failed, "the system's mount table cannot be read", remedy: "see that /proc is mounted")
        }
        mounts = table.map { Mount(place: $0.place, kind: $0.kind, source: $0.source) }
    }

    /// Mounts below a path, not at it; the path must be real.
    package func inside(_ place: String) -> [Mount] {
        mounts.filter { $0.place.utf8.starts(with: (place == "/" ? place : place + "/").utf8) }
    }

    /// The mount at a path, the latest where several lie over each other; the path must be real.
    package func at(_ place: String) -> Mount? { mounts.last { $0.place.utf8.elementsEqual(place.utf8) } }
}

extension Files {
    /// Mounts an overlay: what is written goes to `upper`, the folder `lower` stays as it is; `work` is the kernel's own.
    ///
    /// Needs the right to mount (CAP_SYS_ADMIN), and Linux.
    package static func mountOverlay(
        named source: String, lower: FilePath, upper: FilePath, work: FilePath, at place: FilePath
    ) throws {
        let result = Platform.mountOverlay(
            source, lower: lower.string, upper: upper.string, work: work.string, at: place.string)
        guard result != 0 else { return }
        throw BerthError(errno: errno, "mount an overlay", place.string)
    }

    /// Ends the mount at a path.
    package static func unmount(_ place: FilePath) throws {
        guard Platform.unmount(place.string) != 0 else { return }
        throw BerthError(
            errno: errno, "unmount", place.string,
            remedy: "end what still uses the folder, then run the same command again")
    }
}
