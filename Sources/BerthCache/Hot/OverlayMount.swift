internal import BerthArchive
internal import BerthSystem
package import SystemPackage

/// A mount that shows a tree of a hot entry; the mount table names the entry and the layers, and is its lease.
struct OverlayMount: Sendable, Equatable {
    let entry: Digest
    /// The folder in `hot/mounts` that holds what is written.
    let layers: String

    init(_ entry: Digest) {
        self.entry = entry
        layers = UniqueNumber.text
    }

    /// Nil where a mount is not of Berth's making.
    init?(_ mount: MountTable.Mount) {
        let parts = mount.source.split(separator: ":")
        guard mount.kind == "overlay", parts.count == 3, parts[0] == "berth", let entry = try? Digest(hex: parts[1]),
            !parts[2].contains("/")
        else { return nil }
        (self.entry, layers) = (entry, String(parts[2]))
    }

    /// What the mount table calls it.
    var source: String { "berth:\(entry.hex):\(layers)" }

    static func folder(in home: HotFolder) -> FilePath { home.root.appending("mounts") }

    func folder(in home: HotFolder) -> FilePath { Self.folder(in: home).appending(layers) }

    /// Removes what was written through the mount.
    func removeLayers(in home: HotFolder) throws {
        guard let name = Folder.Name(layers) else { return }
        try Folder(Self.folder(in: home)).removeTree(name)
    }

    /// Removes the layers of mounts that are gone: those of an earlier boot, and of ended processes.
    static func sweep(_ home: HotFolder) throws {
        guard Files.exists(folder(in: home)), let table = try? MountTable() else { return }
        let live = Set(table.mounts.compactMap { OverlayMount($0)?.layers })
        let above = try Folder(folder(in: home))
        for name in try above.names() where !live.contains(name.string) {
            // Another mount namespace may have it: layers that somebody uses cannot be recognised from here.
            let maker = name.string.split(separator: ".").first.flatMap { Int32($0) }
            let boot = try? Files.readText(folder(in: home).appending(name).appending("boot"), limit: 256)
            // Without a boot its maker has only just made the folder.
            if let maker, Machine.isRunning(maker), boot == nil || boot == Machine.bootIdentity { continue }
            if boot == Machine.bootIdentity, let facts = try above.facts(name),
                facts.modified.seconds > Machine.now - 7 * 86_400
            {
                continue
            }
            try? above.removeTree(name)
        }
    }
}

extension HotFolder {
    /// Ends the mount that a restore made at a path, and removes what was written through it and the empty folder.
    ///
    /// Throws `.usage` where there is no such mount.
    package func release(_ path: FilePath) throws {
        let (parent, name) = try LandingChooser.split(path)
        let place = ((parent.realPath ?? "") == "/" ? "" : parent.realPath ?? "") + "/" + name.string
        guard let mount = try MountTable().at(place), let overlay = OverlayMount(mount) else {
            throw BerthError(
                .usage, "no restore mounted anything here", place: path.string.escaped, done: "nothing was changed",
                remedy: "`findmnt` lists what is mounted where")
        }
        try Files.unmount(FilePath(place))
        try overlay.removeLayers(in: self)
        _ = try? parent.removeTree(name)
    }
}
