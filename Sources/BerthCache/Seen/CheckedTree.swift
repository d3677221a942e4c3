internal import BerthSystem
internal import Synchronization

/// A tree that was noted, and what is other now.
struct CheckedTree: Sendable {
    let record: TreeRecord
    /// Members that are not as noted, and what they are; nil of one that is gone, or that nobody can look at so.
    private let others: [Int: EntryFacts?]
    /// The same members, in order.
    private let order: [Int]

    /// Looks at all members, by several threads; nil where so much is other, or another tree there, that a walk has no use
    /// for what is known.
    init?(_ record: TreeRecord, at root: WalkPart.Find) async throws {
        guard root.facts.kind == .folder, root.facts.inode == record.head.root.state.inode else { return nil }
        let most = record.count / 4
        let differing = Atomic(0)
        let shares = try await WorkQueue.share(record.blocks.count) { queue in
            var check = try RecordCheck(record, root)
            try queue.drain { block in
                guard differing.load(ordering: .relaxed) <= most else { return }
                let before = check.others.count
                try check.run(record.blocks[block])
                differing.add(check.others.count - before, ordering: .relaxed)
            }
            return check.others
        }
        guard differing.load(ordering: .relaxed) <= most else { return nil }
        self.record = record
        others = shares.dropFirst().reduce(into: shares.first ?? [:]) { $0.merge($1) { one, _ in one } }
        order = others.keys.sorted()
    }

    /// Whether nothing changed.
    var isUnchanged: Bool { others.isEmpty }

    /// Whether a member is what was noted, a folder with the names that were in it.
    func isSame(_ member: Int) -> Bool { others[member] == nil }

    /// What a member is that is not as noted; nil where nobody could say so.
    func facts(_ member: Int) -> EntryFacts? { others[member] ?? nil }

    /// The first member from there on that is not as noted; behind all where there is none.
    func firstOther(from member: Int) -> Int {
        let place = order.firstIndex(atLeast: member)
        return place < order.count ? order[place] : record.count
    }
}

extension [Int] {
    /// The place of the first number that is as large, in an ordered list; behind all where there is none.
    func firstIndex(atLeast number: Int) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if self[middle] < number { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

/// Looks at members of a tree that was noted; one for each thread.
private struct RecordCheck {
    private let record: TreeRecord
    private let root: WalkPart.Find
    private var place: CheckedPlace
    private(set) var others: [Int: EntryFacts?] = [:]

    init(_ record: TreeRecord, _ root: WalkPart.Find) throws {
        (self.record, self.root) = (record, root)
        place = CheckedPlace(try root.folder.folder(root.name))
    }

    mutating func run(_ block: TreeRecord.Block) throws {
        place.leave()
        for (depth, name) in block.above.enumerated() { place.set(name, name.indices, at: depth + 1) }
        var members = record.members(of: block)
        var folders = block.folders
        for number in block.members {
            let member = try members.next()
            guard member.depth <= place.depth + 1, (member.depth == 0) == (number == 0) else {
                throw members.damaged("a name lies nowhere")
            }
            if number > 0 { place.set(members.bytes, member.name, at: member.depth) }
            try look(number, member, folders)
            if member.isFolder { folders += 1 }
        }
        try members.finish()
    }

    private mutating func look(_ number: Int, _ member: RecordedMember, _ folders: Int) throws {
        let facts = number == 0 ? root.facts : place.facts()
        let (state, permissions) = number == 0 ? record.head.root : (member.state, member.permissions)
        guard let facts, facts.device == root.device, member.isOf(facts.kind), FileState(facts) == state,
            facts.permissions == permissions,
            record.isSettled(state.changed) || hasSameNames(member, folders)
        else {
            others.updateValue(facts, forKey: number)
            return
        }
    }

    /// A folder that changed just before it was noted may have changed once more in the same tick of the clock.
    private func hasSameNames(_ member: RecordedMember, _ folders: Int) -> Bool {
        guard member.isFolder, record.names.indices.contains(folders), let names = try? place.names() else {
            return false
        }
        return names.reduce(into: NamesHash()) { $0.add(Array($1.bytes)) } == record.names[folders]
    }
}

/// A name somewhere below a root.
///
/// The folder some names down is kept open while names lie below it: shorter paths take the system less time.
private struct CheckedPlace {
    private let root: Folder
    /// The first names, as far as the folder that is kept open.
    private var upper = NamePath()
    /// Nil where it was not opened so far, or can't be.
    private var open: Folder?
    /// The names from there on.
    private var lower = NamePath()

    /// Where a package begins in pnpm's folders and in a Python environment, more or less; opening each folder takes
    /// longer than it saves.
    private static let kept = 4

    init(_ root: Folder) { self.root = root }

    var depth: Int { upper.depth + lower.depth }

    /// Back to the root.
    mutating func leave() {
        upper.clear()
        lower.clear()
        open = nil
    }

    /// Makes a name the last one; `name`: where it stands in `text`.
    mutating func set(_ text: [UInt8], _ name: Range<Int>, at depth: Int) {
        guard depth <= Self.kept else {
            if open == nil { open = try? root.folder(upper) }
            return lower.set(text, name, at: depth - Self.kept)
        }
        upper.set(text, name, at: depth)
        lower.clear()
        open = nil
    }

    /// What lies there; nil where nobody can say it.
    func facts() -> EntryFacts? { lower.depth == 0 ? root.facts(upper) : open?.facts(lower) }

    func names() throws -> [Folder.Name] {
        try lower.depth == 0 ? root.names(upper) : open?.names(lower) ?? []
    }
}
