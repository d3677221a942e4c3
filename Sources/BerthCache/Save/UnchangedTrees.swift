internal import BerthStore
internal import BerthSystem

/// What is known of the files of the trees that a save walks, and where that is kept.
struct UnchangedTrees: Sendable {
    private let keeper: PlaceRecords
    /// By tree; nil where no record can be trusted.
    private let places: [TreePlace?]

    /// `roots`: of a walk.
    init(_ store: Store, _ roots: [TreeWalk.Root]) {
        keeper = PlaceRecords(store)
        places = roots.map { TreePlace($0.name, in: $0.folder) }
    }

    /// Contents that are known, and the files that have to be read.
    struct Found: Sendable {
        var contents: WalkContents
        var changed: [Int] = []
    }

    /// Looks up all files that have contents; one tree's record is in memory at a time.
    func find(_ walk: TreeWalk, _ index: TreeIndex, _ known: KnownContents) throws -> Found {
        var found = Found(contents: WalkContents(walk))
        for tree in places.indices {
            let record = record(of: tree)
            for member in index.members(of: tree) where found.contents.chunks(of: member) > 0 {
                let content = walk.isElsewhere(member) ? nil : record?.content(of: walk.states[member])
                if let content, content.chunks.count == found.contents.chunks(of: member),
                    try content.chunks.allSatisfy({ try known.has($0) })
                {
                    found.contents[member] = content
                } else {
                    found.changed.append(member)
                }
            }
        }
        return found
    }

    /// What is known of a tree's files; nil where nothing is.
    func record(of tree: Int) -> FileRecord? { places[tree].flatMap { keeper.read($0) } }

    /// Keeps what a save found out.
    func note(_ contents: WalkContents, _ walk: TreeWalk, _ index: TreeIndex) {
        for (tree, place) in places.enumerated() {
            guard let place else { continue }
            let files = index.members(of: tree).lazy
                .filter { contents.chunks(of: $0) > 0 && !walk.isElsewhere($0) }
                .map { FileNote(member: $0, state: walk.states[$0]) }
            // Somebody may have replaced the tree meanwhile; then its inodes are others, and nothing is believed.
            keeper.write(files, at: walk.moment, content: { contents[$0] }, of: place)
        }
    }
}
