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

    func install() throws {
        try beside.install()
        do {
            let layers = mount.folder(in: hot.home)
            let lower = hot.home.folder(of: hot.manifest).appending(HotEntry.name(tree))
            let (parent, name) = place
            try Files.mountOverlay(
                named: mount.source, lower: lower, upper: layers.appending("upper"), work: layers.appending("work"),
                at: FilePath(parent.realPath ?? parent.path.string).appending(name))
        } catch {
            try beside.takeBack()
            throw error
        }
    }

    func takeBack() throws {
        let (parent, name) = place
        try Files.unmount(FilePath(parent.realPath ?? parent.path.string).appending(name))
        try beside.takeBack()
    }

    func forget() -> String? { beside.forget() }

    func discard() {
        beside.discard()
        try? mount.removeLayers(in: hot.home)
    }
}
