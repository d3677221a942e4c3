internal import BerthSystem
internal import SystemPackage

/// A place that a tree is on its way to: filled under a name of its own, then put there; taken back where another fails.
protocol Landing: Sendable {
    /// As the caller names it; for messages.
    var destination: FilePath { get }
    /// The folder that the tree is filled in.
    var parent: Folder { get }
    /// The name that it is filled under.
    var stage: Folder.Name { get }
    /// Makes the root of a tree that is a folder.
    func makeRoot() throws -> Folder
    /// Gives what was filled to another user, before it is in its place.
    func give(to owner: TreeOwner) throws
    /// Puts what was filled in its place; on failure what was there is there again.
    func install() throws
    /// Takes `install` back.
    func takeBack() throws
    /// Removes what was there before, once all trees are in their places; where that fails, where it lies and why.
    func forget() -> String?
    /// Removes what was filled so far.
    func discard()
    /// The folder that a tree's root is, and its name there, once it is in its place.
    var place: (parent: Folder, name: Folder.Name) { get }
}

extension Landing {
    /// Makes the root of a tree that is a folder.
    func makeRoot() throws -> Folder { try parent.makeFolder(stage) }
    /// Gives what was filled to another user, before it is in its place.
    func give(to owner: TreeOwner) throws { try owner.take(stage, in: parent) }
}

/// Finds out what a place is, and how a tree lands there.
struct LandingChooser {
    private let mounts: MountTable?

    init() { mounts = try? MountTable() }

    /// Beside the place, or inside of it where it is a mounted file system, which cannot be renamed.
    ///
    /// Throws `.usage` where something is mounted further inside: it would be moved away with what is there.
    func landing(_ destination: FilePath) throws -> any Landing {
        let (parent, name) = try Self.split(destination)
        guard let above = parent.realPath, let mounts else { return try StagedTree(destination, parent, name) }
        let place = (above == "/" ? "" : above) + "/" + name.string
        if let inner = mounts.inside(place).first {
            throw BerthError(
                .usage, "another file system is mounted inside of the place: \(inner.place.escaped)",
                place: destination.string.escaped, done: "nothing was changed",
                remedy: "unmount it, or restore with --into existing, which leaves it alone")
        }
        guard let mount = mounts.at(place) else { return try StagedTree(destination, parent, name) }
        guard OverlayMount(mount) == nil else {
            throw BerthError(
                .usage, "an earlier restore mounted this place", place: destination.string.escaped,
                done: "nothing was changed",
                remedy: "end it with `berth cache release`, then run the same command again")
        }
        return try FilledMount(destination, parent, name)
    }

    /// Clears up after a restore to a place that was killed, where one was: what was there before is there again, or the
    /// tree that came, and no mixture of the two.
    func clearUp(_ destination: FilePath) throws {
        guard let name = Folder.Name(destination.lastComponent) else { return }
        let path = destination.removingLastComponent()
        guard let above = try? Folder(path.isEmpty ? "." : path), let real = above.realPath else { return }
        guard let mount = mounts?.at((real == "/" ? "" : real) + "/" + name.string) else {
            return try AsideNames(name).sweep(above)
        }
        if OverlayMount(mount) == nil { try MountExchange.sweep(try above.folder(name)) }
    }

    /// The folder above, made where it is not there, and the name in it.
    static func split(_ destination: FilePath) throws -> (Folder, Folder.Name) {
        guard let name = Folder.Name(destination.lastComponent) else {
            throw BerthError(.usage, "a path with a name is needed", place: destination.string)
        }
        let above = destination.removingLastComponent()
        if !above.isEmpty { try Files.makeDirectory(above) }
        return (try Folder(above.isEmpty ? "." : above), name)
    }
}
