internal import Foundation
internal import SystemPackage

extension Folder {
    /// Removes whatever lies under a name, with all in it; folders that nobody may write to are opened up, and mounted
    /// file systems left alone, also those that show a folder of the same one.
    package func removeTree(_ name: Name) throws {
        guard let facts = try facts(name) else { return }
        guard facts.kind == .folder else {
            try remove(name)
            return
        }
        let mounts = realPath.flatMap { own in
            Platform.mountTable().map { table in
                Set(table.map(\.place).filter { $0.utf8.starts(with: (own == "/" ? own : own + "/").utf8) })
            }
        }
        try removeTree(name, Removal(mounts: mounts), place: realPath ?? "")
    }

    /// What a removal keeps away from: nil where nobody can say what is mounted.
    private struct Removal {
        let mounts: Set<String>?
    }

    /// The real path, where the system can say it.
    package var realPath: String? { Platform.place(descriptor.rawValue) }

    private func removeTree(_ name: Name, _ removal: Removal, place above: String) throws {
        guard let facts = try facts(name) else { return }
        guard facts.kind == .folder else {
            try remove(name)
            return
        }
        let here = (above == "/" ? "" : above) + "/" + name.string
        // A subvolume is a device of its own and no mount.
        let isMount = try removal.mounts.map { $0.contains(here) } ?? (facts.device != self.facts().device)
        guard !isMount else {
            throw BerthError(
                .failed, "another file system is mounted here, and what is on it is left alone", place: place(name),
                remedy: "unmount it, then remove the folder")
        }
        if facts.permissions & 0o700 != 0o700 { try? setPermissions(0o700, of: name) }
        let inner = try folder(name)
        for child in try inner.names() {
            if try inner.removeFile(child) { continue }
            try inner.removeTree(child, removal, place: here)
        }
        try call("remove the folder", place(name)) {
            unsafe name.withText { unsafe unlinkat(descriptor.rawValue, $0, AT_REMOVEDIR) }
        }
    }

    /// Removes a name that is no folder; false where it is one, or where that cannot be done.
    private func removeFile(_ name: Name) throws -> Bool {
        unsafe name.withText({ unsafe unlinkat(descriptor.rawValue, $0, 0) }) == 0
    }
}
