internal import BerthSystem

/// What restored trees look like, for the records that later saves find.
struct RestoredTrees: Sendable {
    private let plan: RestorePlan
    /// By tree; nil where something of it is not known, or it is too large.
    private var bodies: [RecordedBody?] = []
    /// Whether all came as the entry has it: some file systems keep coarser times, or other permissions.
    private var isExact = true

    /// `notes`: what members are, before their trees get to their places; the last of a member counts.
    init(_ plan: RestorePlan, _ notes: [FileNote]) {
        self.plan = plan
        let (notes, linked) = (MemberNotes(notes, count: plan.manifest.members.count), plan.manifest.linked)
        for tree in plan.index.roots.indices { bodies.append(body(of: tree, notes, linked)) }
    }

    private mutating func body(of tree: Int, _ notes: MemberNotes, _ linked: Set<Int>) -> RecordedBody? {
        let (members, entries) = (plan.index.members(of: tree), plan.manifest.members)
        guard members.count <= TreeRecord.most, entries.isFolder(members.lowerBound) else { return nil }
        var body = RecordedBody(room: members.count)
        for member in members {
            guard let note = notes[member] else { return nil }
            isExact = isExact && note.isExact(entries[member])
            let first = entries.firstName(of: member)
            // A second name may have had to be a copy.
            if let first, notes[first]?.state.inode != note.state.inode { isExact = false }
            let chunks = entries.chunkCount(of: first ?? member)
            guard !entries.isFile(first ?? member) || chunks == TreeManifest.Chunk.count(of: note.state.size) else {
                return nil
            }
            body.add(member, of: plan.manifest, note, isLinked: linked.contains(member))
        }
        return body
    }

    /// Writes a tree's record, once it is in its place; returns whether it has one.
    func write(
        _ tree: Int, from source: RestoreSource, at moment: FileTime, to records: PlaceRecords, of place: TreePlace
    ) -> Bool {
        let landed = plan.landings[tree].place
        guard place.keepsFolderTimes, let body = bodies[tree], let facts = try? landed.parent.facts(landed.name),
            facts.kind == .folder
        else { return false }
        let root = FileNote(member: plan.index.roots[tree], facts: facts)
        let isExact = isExact && root.isExact(plan.manifest.members[root.member])
        let origin = source.manifestSize.map {
            TreeRecord.Origin(
                entry: source.entry, manifest: source.digest, size: $0, tree: tree, trees: plan.manifest.labels.count)
        }
        let head = TreeRecord.Head(
            label: plan.manifest.labels[tree], exclude: [], origin: isExact ? origin : nil, moment: moment,
            root: (root.state, root.permissions))
        return records.write(head, body, of: place)
    }
}

extension FileNote {
    /// Whether a walk would find just what the entry has.
    fileprivate func isExact(_ entry: TreeManifest.Member) -> Bool {
        permissions == entry.permissions && state.modified == entry.modified
    }
}

/// Notes by member.
private struct MemberNotes {
    private let notes: [FileNote]
    /// By member: a place in the notes and one, 0 where there is none.
    ///
    /// A table of notes would be ten times as large.
    private var places: [UInt32]

    init(_ notes: [FileNote], count: Int) {
        self.notes = notes
        places = Array(repeating: 0, count: count)
        for (place, note) in notes.enumerated() { places[note.member] = UInt32(place + 1) }
    }

    subscript(member: Int) -> FileNote? { places[member] == 0 ? nil : notes[Int(places[member]) - 1] }
}
