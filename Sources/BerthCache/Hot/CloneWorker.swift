internal import BerthArchive
internal import BerthSystem
internal import SystemPackage

/// Makes files that share the blocks of a hot entry's; one for each thread.
final class CloneWorker {
    private let plan: RestorePlan
    private let hot: HotEntry
    private let stack: FolderStack
    private let sources: FolderStack
    private let records: [FileRecord?]
    private(set) var notes: [FileNote] = []

    /// `records`: what is known of the hot entry's files, by tree.
    init(_ plan: RestorePlan, _ hot: HotEntry, _ records: [FileRecord?]) throws {
        (self.plan, self.hot, self.records) = (plan, hot, records)
        stack = FolderStack(plan.manifest, plan.index, roots: try plan.openRoots())
        sources = FolderStack(plan.manifest, plan.index, roots: try hot.openRoots(plan.manifest))
    }

    /// Makes the files among some members.
    func run(_ members: Range<Int>) throws {
        for member in members where plan.manifest.members.chunkCount(of: member) > 0 { try make(member) }
    }

    private func make(_ member: Int) throws {
        let source = try hot.reading {
            let source = try opened(member)
            try check(source, member)
            return source
        }
        let (folder, name) = try plan.place(member, stack)
        let made = try folder.clone(name, of: source, permissions: plan.permissions(member))
        notes.append(FileNote(member: member, facts: try plan.finish(made, member)))
    }

    private func opened(_ member: Int) throws -> OpenFile {
        let tree = plan.index.tree(of: member)
        guard plan.index.parent(of: member) != nil else { return try hot.folder.read(HotEntry.name(tree)) }
        guard let name = Folder.Name(bytes: plan.manifest.members.name(of: member)) else {
            throw BerthError(.damaged, "a manifest's name is none")
        }
        return try sources.folder(of: member).read(name)
    }

    /// A file that is not as it was noted is hashed; throws `.damaged` where it is another one.
    private func check(_ source: OpenFile, _ member: Int) throws {
        let facts = try source.file()
        let isKnown = records[plan.index.tree(of: member)]?.knows(FileState(facts)) ?? false
        guard !isKnown, case .file(let file) = plan.manifest.members[member].content else { return }
        try HotCheck(plan.manifest, hot).check(source, facts, member, file)
    }
}

extension OpenFile {
    /// What it is, where it is a file.
    fileprivate func file() throws -> EntryFacts {
        let facts = try facts()
        guard facts.kind == .file else { throw BerthError(.damaged, "this is no file", place: path.string.escaped) }
        return facts
    }
}
