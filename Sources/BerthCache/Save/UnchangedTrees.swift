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

    /// What the trees of a walk look like, once it has its contents; nil for those that get no record.
    func bodies(of walk: TreeWalk) -> [RecordedBody?] {
        places.indices.map { tree in
            places[tree]?.keepsFolderTimes == true ? RecordedBody(walk, walk.index.members(of: tree)) : nil
        }
    }

    /// Notes what a walk found, and in which entry it is; `size`: of its manifest's blob.
    ///
    /// Where the key had the same content with other times, the entry has another manifest: then nothing is taken for it.
    /// `isRead`: whether some file was not noted already.
    func note(
        _ bodies: [RecordedBody?], of walk: TreeWalk, isRead: Bool, in entry: CacheEntry, _ size: ByteCount
    ) {
        for (tree, root) in walk.manifest.members.roots.enumerated() {
            guard let place = places[tree] else { continue }
            guard let body = bodies[tree] else {
                if isRead { note(walk, tree, place) }
                continue
            }
            let origin = TreeRecord.Origin(
                entry: CacheEntry.id(entry.key, version: entry.version, in: entry.scope), manifest: entry.manifest,
                size: size, tree: tree, trees: trees.count)
            let saved = trees[tree].saved
            let head = TreeRecord.Head(
                label: saved.label, exclude: saved.excluded, origin: origin, moment: walk.moment,
                root: (walk.states[root], walk.manifest.members.permissions(of: root)))
            keeper.write(head, body, of: place)
        }
    }

    /// Notes what a tree's files hold.
    ///
    /// Somebody may have replaced the tree meanwhile; then its inodes are others, and nothing is believed.
    private func note(_ walk: TreeWalk, _ tree: Int, _ place: TreePlace) {
        let members = walk.manifest.members
        let files = walk.index.members(of: tree).lazy
            .filter { members.chunkCount(of: $0) > 0 && !walk.isElsewhere($0) }
            .map { FileNote(member: $0, permissions: members.rows[$0].permissions, state: walk.states[$0]) }
        keeper.write(files, at: walk.moment, content: walk.manifest.content, of: place)
    }

    /// Contents that are known, and the files that have to be read.
    struct Found: Sendable {
        var contents: WalkContents
        /// In the members' order.
        var changed: [Int] = []
        /// Whether some files need not be read.
        var isPartial = false
    }

    /// Looks up all files that have contents; one tree's record of files is in memory at a time.
    func find(_ walk: TreeWalk) -> Found {
        var found = Found(contents: WalkContents(walk))
        for members in walk.known { found.contents.take(members) }
        found.isPartial = !walk.known.isEmpty
        for tree in places.indices {
            let members = walk.index.members(of: tree)
            let noted = walk.known.map(\.members).filter { members.contains($0.lowerBound) }
            let unknown = members.without(noted).filter { found.contents.chunks(of: $0) > 0 }
            guard !unknown.isEmpty else { continue }
            let isMuch = noted.isEmpty || unknown.count * 16 > members.count || walk.size(of: unknown) > Self.much
            let record = places[tree].flatMap { isMuch ? keeper.read($0) : keeper.readFiles($0) }
            find(unknown, record, walk, &found)
        }
        return found
    }

    /// So many bytes take longer to read than a table of all files of a tree takes to make.
    private static let much: Int64 = 32 << 20

    private func find(_ members: [Int], _ record: FileRecord?, _ walk: TreeWalk, _ found: inout Found) {
        for member in members {
            let content = walk.isElsewhere(member) ? nil : record?.content(of: walk.states[member])
            if let content, content.chunks.count == found.contents.chunks(of: member) {
                found.contents[member] = content
                found.isPartial = true
            } else {
                found.changed.append(member)
            }
        }
    }

    /// What is known of a tree's files; nil where nothing is.
    func record(of tree: Int) -> FileRecord? { places[tree].flatMap { keeper.read($0) } }
}

extension UnchangedTrees.Found {
    /// The files whose contents are known, and that the store has lost.
    func lost(_ known: KnownContents) throws -> [Int] {
        var (lost, next) = ([Int](), changed.makeIterator())
        var read = next.next()
        for first in stride(from: 0, to: contents.count, by: Self.asked) {
            let run = first..<min(first + Self.asked, contents.count)
            if read.map({ $0 >= run.upperBound }) ?? true, known.areKept(contents.digests(of: run)) { continue }
            for member in run {
                if member == read {
                    read = next.next()
                } else if try !contents.digests(of: member).allSatisfy(known.has) {
                    lost.append(member)
                }
            }
        }
        return lost
    }

    /// So many members are asked for at once.
    private static let asked = 256
}

extension Range<Int> {
    /// What of it lies in none of some ranges, which stand in order.
    func without(_ ranges: [Range<Int>]) -> some Sequence<Int> {
        zip([lowerBound] + ranges.map(\.upperBound), ranges.map(\.lowerBound) + [upperBound])
            .lazy.flatMap { $0..<Swift.max($0, $1) }
    }
}
