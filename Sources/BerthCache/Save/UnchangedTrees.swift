internal import BerthArchive
internal import BerthStore
internal import BerthSystem

/// What is known of the files of the trees that a save walks, and where that is kept.
struct UnchangedTrees: Sendable {
    private let keeper: PlaceRecords
    private let names: TreeRecords
    let trees: [FoundTree]
    /// By tree; nil where no record can be trusted.
    private let places: [TreePlace?]

    init(_ store: Store, _ trees: [FoundTree]) {
        (keeper, names, self.trees) = (PlaceRecords(store), TreeRecords(store), trees)
        places = trees.map { TreePlace($0.root.name, in: $0.root.folder) }
    }

    /// What of the trees is as it was the last time.
    func look() async throws -> SeenTrees {
        try await SeenTrees(trees) { [names, places, trees] tree in
            places[tree].flatMap { names.read($0, trees[tree].saved) }
        }
    }

    /// What the trees of a walk look like, for their records; nil for those that get none.
    func bodies(of walk: TreeWalk) -> [RecordedBody?] {
        let index = TreeIndex(walk.manifest)
        return places.indices.map { tree in
            places[tree].flatMap { _ in RecordedBody(walk, index.members(of: tree)) }
        }
    }

    /// Notes what a walk found, and in which entry it is; `size`: of its manifest's blob.
    ///
    /// Where the key had the same content with other times, the entry has another manifest: then nothing is taken for it.
    func note(_ bodies: [RecordedBody?], of walk: TreeWalk, in entry: CacheEntry, _ size: ByteCount) {
        for (tree, root) in walk.manifest.members.roots.enumerated() {
            guard let place = places[tree], let body = bodies[tree] else { continue }
            let origin = TreeRecord.Origin(
                entry: CacheEntry.id(entry.key, version: entry.version, in: entry.scope), manifest: entry.manifest,
                size: size, tree: tree, trees: trees.count)
            let saved = trees[tree].saved
            let head = TreeRecord.Head(
                label: saved.label, exclude: saved.excluded, origin: origin, moment: walk.moment,
                root: (walk.states[root], walk.manifest.members[root].permissions))
            names.write(head, body, of: place)
        }
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
                .map {
                    FileNote(
                        member: $0, permissions: walk.manifest.members[$0].permissions, state: walk.states[$0])
                }
            // Somebody may have replaced the tree meanwhile; then its inodes are others, and nothing is believed.
            keeper.write(files, at: walk.moment, content: { contents[$0] }, of: place)
        }
    }
}
