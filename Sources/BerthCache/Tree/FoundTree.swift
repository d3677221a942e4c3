internal import BerthSystem
internal import SystemPackage

/// A path to save that is there.
struct FoundTree: Sendable {
    let saved: SavedPath
    let root: WalkPart.Find

    /// The paths that are there, in the manifest's order.
    static func find(_ paths: [SavedPath]) throws -> [FoundTree] {
        try paths.sorted { $0.label < $1.label }.compactMap { try FoundTree($0) }
    }

    private init?(_ saved: SavedPath) throws {
        guard let name = Folder.Name(saved.path.lastComponent) else {
            throw BerthError(
                .usage, "a folder or file with a name is needed", place: saved.path.string,
                remedy: "name the path that the tool fills, such as ~/.cache/uv")
        }
        let parent = saved.path.removingLastComponent()
        guard let folder = try Self.open(parent.isEmpty ? "." : parent), let facts = try folder.facts(name) else {
            return nil
        }
        self.saved = saved
        root = WalkPart.Find(
            folder: folder, name: name, facts: facts, depth: 0, device: facts.device,
            exclusion: saved.exclude.flatMap { Exclusion($0) })
    }

    /// Nil where there is no such folder; anything else that stands in the way is an error, not an empty tree.
    private static func open(_ path: FilePath) throws -> Folder? {
        do { return try Folder(path) } catch let error as BerthError {
            guard error.errno == Errno.noSuchFileOrDirectory.rawValue || error.errno == Errno.notDirectory.rawValue
            else { throw error }
            return nil
        }
    }
}
