internal import BerthSystem
internal import SystemPackage

/// Walks a tree that was noted before: only folders that changed are read again, and what was not there is left to others.
struct RecordedWalk {
    private let checked: CheckedTree
    private let tree: RecordedTree
    private let members: MemberList
    private let index: TreeIndex
    private let root: WalkPart.Find
    private let stack: FolderStack
    private var steps: [WalkFront.Step] = []
    private var part = WalkPart()
    /// How many folders are left to others.
    private var left = 0

    private static let mostLeft = 256
    private static let deepest = 128

    /// The tree in the manifest's order: what is known by now, and the folders that are still to be walked.
    static func steps(_ checked: CheckedTree, _ tree: RecordedTree, at root: WalkPart.Find) throws -> [WalkFront.Step] {
        var walk = try RecordedWalk(checked, tree, root)
        try walk.visit(0..<tree.states.count)
        return walk.steps + [.part(walk.part)]
    }

    private init(_ checked: CheckedTree, _ tree: RecordedTree, _ root: WalkPart.Find) throws {
        (self.checked, self.tree, self.root) = (checked, tree, root)
        (members, index) = (tree.manifest.members, TreeIndex(tree.manifest))
        stack = FolderStack(tree.manifest, index, roots: [try root.folder.folder(root.name)])
    }

    /// Adds some members: runs of those that are as noted, and each other one with what is in it now.
    private mutating func visit(_ range: Range<Int>) throws {
        var next = range.lowerBound
        while next < range.upperBound {
            let other = min(checked.firstOther(from: next), range.upperBound)
            if next < other { add(.known(tree, next..<other, device: root.device)) }
            guard other < range.upperBound else { return }
            if let find = try find(other) { try add(find, knownAs: members.isFolder(other) ? other : nil) }
            next = end(of: other)
        }
    }

    /// The first member behind all that is in one.
    private func end(of member: Int) -> Int {
        let depth = members.depth(of: member)
        var next = member + 1
        while next < members.count, members.depth(of: next) > depth { next += 1 }
        return next
    }

    /// Adds what is not as noted; `knownAs`: the folder that it was.
    private mutating func add(_ find: WalkPart.Find, knownAs member: Int?) throws {
        guard find.facts.kind == .folder else { return _ = try part.add(find) }
        // Each level of what is known takes twice the stack.
        guard let member, find.depth < Self.deepest else { return try addUnknown(find) }
        guard let inside = try part.add(find) else { return }
        let known = children(of: member)
        // Neighbours that are known make one run.
        var run = member..<member
        for name in inside.names {
            if let child = known[name.bytes] {
                if run.upperBound != child {
                    try visit(run)
                    run = child..<child
                }
                run = run.lowerBound..<end(of: child)
            } else if let child = try inside.look(name) {
                try visit(run)
                run = member..<member
                try add(child, knownAs: nil)
            }
        }
        try visit(run)
    }

    /// Leaves a folder to others, as long as not too many are left: each is kept open until its thread comes.
    private mutating func addUnknown(_ find: WalkPart.Find) throws {
        guard left < Self.mostLeft else { return try part.addTree(find) }
        left += 1
        add(.find(find))
    }

    /// Adds a step behind what was found so far.
    private mutating func add(_ step: WalkFront.Step) {
        if !part.states.isEmpty { steps.append(.part(part)) }
        steps.append(step)
        part = WalkPart()
    }

    private func children(of folder: Int) -> [ArraySlice<UInt8>: Int] {
        var (children, next) = ([ArraySlice<UInt8>: Int](), folder + 1)
        let end = end(of: folder)
        while next < end {
            children[members.name(of: next)] = next
            next = self.end(of: next)
        }
        return children
    }

    /// What lies now where a member was; nil where nothing does, or a folder above went meanwhile.
    private func find(_ member: Int) throws -> WalkPart.Find? {
        guard index.parent(of: member) != nil else { return root }
        guard let name = Folder.Name(bytes: members.name(of: member)) else { return nil }
        let folder: Folder
        do { folder = try stack.folder(of: member) } catch let error as BerthError
            where error.errno == Errno.noSuchFileOrDirectory.rawValue
        { return nil }
        guard let facts = try checked.facts(member) ?? folder.facts(name) else { return nil }
        return WalkPart.Find(
            folder: folder, name: name, facts: facts, depth: members.depth(of: member), device: root.device,
            exclusion: exclusion(at: member))
    }

    private func exclusion(at member: Int) -> Exclusion? {
        (index.ancestors(of: member).dropFirst() + [member]).reduce(root.exclusion) { above, inner in
            above?.below(String(decoding: members.name(of: inner), as: UTF8.self))
        }
    }
}
