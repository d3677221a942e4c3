internal import BerthSystem
internal import SystemPackage

/// A tree that is not filled but mounted: an empty folder takes its place, and the mount lies over it.
final class OverlayLanding: Landing {
    private let beside: StagedTree
    private let hot: HotEntry
    private let tree: Int
    private let mount: OverlayMount

    init(_ beside: StagedTree, _ hot: HotEntry, tree: Int) {
        (self.beside, self.hot, self.tree) = (beside, hot, tree)
        mount = OverlayMount(hot.manifest)
    }

    var destination: FilePath { beside.destination }
    var parent: Folder { beside.parent }
    var stage: Folder.Name { beside.stage }
    var place: (parent: Folder, name: Folder.Name) { beside.place }

    /// Makes the empty folder, and the layer for what will be written; that gives the mount its permissions and time.
    func prepare(_ root: EntryFacts) throws {
        try parent.makeEmptyFolder(stage)
        let folder = mount.folder(in: hot.home)
        try Files.makeDirectory(folder, mode: 0o700)
        try Files.writeAtomically(Machine.bootIdentity, to: folder.appending("boot"))
        let layers = try Folder(folder)
        try layers.makeEmptyFolder("work")
        let upper = try layers.makeFolder("upper")
        try upper.setPermissions(root.permissions)
        try upper.setModified(root.modified)
    }

    /// Mounted for a moment beside its place: what is given away is copied to the layer for what will be written.
    func give(to owner: TreeOwner) throws {
        try show(at: stage)
        do { try owner.take(stage, in: parent) } catch {
            try? Files.unmount(path(stage))
            throw error
        }
        try Files.unmount(path(stage))
    }

    func install() throws {
        try beside.install()
        do { try show(at: place.name) } catch {
            try beside.takeBack()
            throw error
        }
    }

    private func show(at name: Folder.Name) throws {
        let layers = mount.folder(in: hot.home)
        try Files.mountOverlay(
            named: mount.source, lower: hot.home.folder(of: hot.manifest).appending(HotEntry.name(tree)),
            upper: layers.appending("upper"), work: layers.appending("work"), at: path(name))
    }

    private func path(_ name: Folder.Name) -> FilePath {
        FilePath(parent.realPath ?? parent.path.string).appending(name)
    }

    func takeBack() throws {
        try Files.unmount(path(place.name))
        try beside.takeBack()
    }

    func forget() -> String? { beside.forget() }

    func discard() {
        beside.discard()
        try? mount.removeLayers(in: hot.home)
    }
}
