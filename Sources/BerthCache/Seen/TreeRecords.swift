internal import BerthStore
internal import BerthSystem

/// What trees that were saved or restored looked like then.
///
/// Derived: without a record, a save reads all folders.
struct TreeRecords: Sendable {
    private let files: PlaceFiles

    init(_ store: Store) {
        files = PlaceFiles(folder: HotFolder(store).root.appending("trees"), magic: Array("BERTHTREES1".utf8))
    }

    /// What is known of a tree at a place; nil where nothing is.
    func read(_ place: TreePlace) -> TreeRecord? {
        guard place.keepsFolderTimes, var decoder = files.read(place, of: "the record of a tree") else { return nil }
        return try? TreeRecord(from: &decoder)
    }

    /// What is known of a tree at a place; nil where nothing is, or it is of another question.
    func read(_ place: TreePlace, _ saved: SavedPath) -> TreeRecord? {
        guard let record = read(place), record.head.label == saved.label else { return nil }
        guard record.head.exclude != saved.excluded else { return record }
        // Where nothing was left out, and nothing would be, the answer is the same.
        guard record.head.exclude.isEmpty, let tree = try? RecordedTree(record),
            !tree.isTouched(by: saved.exclude.flatMap { Exclusion($0) })
        else { return nil }
        return record
    }

    /// Notes what a tree looks like; returns whether that stands there now.
    @discardableResult
    func write(_ head: TreeRecord.Head, _ body: RecordedBody, of place: TreePlace) -> Bool {
        guard place.keepsFolderTimes else { return false }
        return files.write(place) { output in
            try head.encode(output.add)
            try body.encode(output.add)
        }
    }
}

extension RecordedBody {
    /// What a walk found of a tree.
    ///
    /// Nil for trees that are a file, have other file systems in them or too many members: they are walked each time. And
    /// where a file grew while it was looked at by two of its names, for a record has as many chunks as the size says.
    init?(_ walk: TreeWalk, _ members: Range<Int>) {
        guard let root = members.first, walk.manifest.members.isFolder(root), members.count <= TreeRecord.most,
            !members.contains(where: walk.isElsewhere), members.allSatisfy(walk.hasSizeOfFirstName)
        else { return nil }
        self.init(room: members.count)
        for member in members {
            let note = FileNote(
                member: member, permissions: walk.manifest.members.rows[member].permissions, state: walk.states[member])
            add(member, of: walk.manifest, note, isLinked: walk.linked.contains(member))
        }
    }
}

extension SavedPath {
    /// The patterns of what is left out, as text.
    var excluded: [String] { exclude?.lines ?? [] }
}
