internal import BerthSystem
internal import SystemPackage

/// Looks for the files that a glob chooses.
struct GlobSearch {
    /// Deeper folders are an error: no checkout has them, and a walk must end.
    static let deepest = 256
    /// More names than this are not looked at: whoever asks has pointed at a whole disk.
    static let most = 2_000_000

    let glob: Glob
    /// Whether links to folders are entered, and broken links left out.
    var followsLinks = false
    private(set) var found: [String] = []
    private var seen = 0
    /// The folders on the way, to notice links that lead back to them.
    private var above: [Place] = []

    init(_ glob: Glob, followsLinks: Bool = false) { (self.glob, self.followsLinks) = (glob, followsLinks) }

    private struct Place: Hashable {
        let device: UInt64
        let inode: UInt64

        init(_ folder: Folder) throws {
            let facts = try folder.facts()
            (device, inode) = (facts.device, facts.inode)
        }
    }

    /// Paths below `root` of chosen files, in @actions/glob's order; links to files are among them.
    ///
    /// Blocks.
    static func files(_ glob: Glob, below root: FilePath, followingLinks: Bool = false) throws -> [String] {
        var search = GlobSearch(glob, followsLinks: followingLinks)
        for start in glob.searches { try search.begin(start, below: root) }
        return search.found
    }

    /// A search begins at a place that may lie behind links: only what it meets on its way down is not followed.
    private mutating func begin(_ start: [String], below root: FilePath) throws {
        let state = start.reduce(glob.start) { glob.step($0, $1) }
        guard let last = start.last, let name = Folder.Name(last) else {
            let folder = try Folder(root)
            above = [try Place(folder)]
            return try walk(folder, state, [])
        }
        let above = start.dropLast().reduce(root) { $0.appending($1) }
        guard let folder = try? Folder(above) else { return }
        self.above = []
        try look(name, in: folder, state, start)
    }

    private mutating func walk(_ folder: Folder, _ state: Glob.State, _ path: [String]) throws {
        guard path.count < Self.deepest else {
            throw BerthError(
                .usage, "the folders are nested deeper than \(Self.deepest)", place: folder.path.string.escaped,
                remedy: "name the files more exactly")
        }
        for name in try folder.names() {
            try look(name, in: folder, glob.step(state, name.string), path + [name.string])
        }
    }

    private mutating func look(_ name: Folder.Name, in folder: Folder, _ state: Glob.State, _ path: [String]) throws {
        seen += 1
        guard seen <= Self.most else {
            throw BerthError(
                .usage, "there are more than \(Self.most) names to look at", place: folder.path.string.escaped,
                remedy: "name the files more exactly, without ** at the beginning")
        }
        let (isChosen, mayHold) = (glob.isChosen(state), glob.mayHold(state))
        guard isChosen || mayHold, let facts = try folder.facts(name) else { return }
        let isFolder = facts.kind == .folder
        let behind = facts.kind == .link ? try? Folder(folder.path.appending(name)) : nil
        guard isFolder || behind != nil else {
            if isChosen, facts.kind != .link || !followsLinks || Files.exists(folder.path.appending(name)) {
                found.append(path.joined(separator: "/"))
            }
            return
        }
        guard isFolder || followsLinks, mayHold else { return }
        let inner = try behind ?? folder.folder(name)
        let place = try Place(inner)
        guard !followsLinks || !above.contains(place) else { return }
        above.append(place)
        defer { above.removeLast() }
        try walk(inner, state, path)
    }
}
