internal import BerthArchive
internal import BerthSystem

/// The trees of a tar stream as far as they came: members in any order that has folders before what is in them.
struct ArrivingTree {
    enum Content {
        /// What is in it, by name.
        case folder([[UInt8]: Int])
        case file(TreeManifest.File)
        case link([UInt8])
        case sameFile(as: Int)
    }

    struct Node {
        let name: [UInt8]
        /// Nil for a tree's root.
        let parent: Int?
        let depth: Int
        let permissions: UInt16
        let modified: FileTime
        var content: Content
        /// Whether the entry goes without it; another name of the same file may stay.
        let isLeftOut: Bool
    }

    private let places: [StreamPlace]
    private(set) var nodes: [Node] = []
    /// By place; nil where that tree has not come.
    private var roots: [Int?]

    /// By place; nil where nothing is left out.
    private let exclusions: [Exclusion?]

    /// `excludes`: by a tree's name.
    init(_ places: [StreamPlace], excludes: [String: Glob] = [:]) {
        self.places = places
        exclusions = places.map { place in excludes[place.label].flatMap { Exclusion($0) } }
        roots = Array(repeating: nil, count: places.count)
    }

    var isEmpty: Bool { nodes.isEmpty }

    /// Adds a member; returns its number, and nil for a pipe or device that is left out: no other name leads to it.
    ///
    /// Throws `.damaged` for one that lies outside of the places, in no folder, or where another one is.
    mutating func add(_ member: StreamMember) throws -> Int? {
        guard let (tree, rest) = places.find(member.name) else { throw refused(member, "lies outside of the paths") }
        if member.kind == .special, isLeftOut(tree, rest) { return nil }
        let content = try content(member)
        guard let name = rest.last else {
            guard roots[tree] == nil else { throw refused(member, "comes twice") }
            roots[tree] = append(member, [], nil, content, false)
            return nodes.count - 1
        }
        guard let parent = find(tree, rest.dropLast()), case .folder(var children) = nodes[parent].content else {
            throw refused(member, "lies in no folder that came before")
        }
        guard children[name] == nil else { throw refused(member, "comes twice") }
        guard nodes[parent].depth < ManifestCoding.deepest else { throw refused(member, "is nested too deep") }
        // Taken out while it changes, or each name would copy all of its folder's.
        nodes[parent].content = .folder([:])
        children[name] = nodes.count
        nodes[parent].content = .folder(children)
        let isLeftOut = nodes[parent].isLeftOut || leavesOut(tree, rest)
        return append(member, name, parent, content, isLeftOut)
    }

    /// The same as of a node, by its way.
    private func isLeftOut(_ tree: Int, _ names: ArraySlice<[UInt8]>) -> Bool {
        names.indices.contains { leavesOut(tree, names[names.startIndex...$0]) }
    }

    private func leavesOut(_ tree: Int, _ names: ArraySlice<[UInt8]>) -> Bool {
        var place = exclusions[tree]
        for name in names { place = place?.below(String(decoding: name, as: UTF8.self)) }
        return place?.leavesOut ?? false
    }

    private mutating func append(
        _ member: StreamMember, _ name: [UInt8], _ parent: Int?, _ content: Content, _ isLeftOut: Bool
    ) -> Int {
        nodes.append(
            Node(
                name: name, parent: parent, depth: parent.map { nodes[$0].depth + 1 } ?? 0,
                permissions: member.permissions, modified: member.modified, content: content, isLeftOut: isLeftOut))
        return nodes.count - 1
    }

    private func content(_ member: StreamMember) throws -> Content {
        switch member.kind {
        case .folder: return .folder([:])
        case .file: return .file(.init(chunks: []))
        case .link(let target):
            guard target.count <= 4096 else { throw refused(member, "leads to a target of more than 4096 bytes") }
            return .link(target)
        case .sameFile(let name):
            guard let (tree, rest) = places.find(name), let first = find(tree, rest) else {
                throw refused(member, "is a second name of nothing that came before")
            }
            if case .sameFile(let earlier) = nodes[first].content { return .sameFile(as: earlier) }
            guard case .file = nodes[first].content else { throw refused(member, "is a second name of no file") }
            return .sameFile(as: first)
        case .special: throw refused(member, "is a pipe or a device, which cannot be cached")
        }
    }

    private func find(_ tree: Int, _ names: ArraySlice<[UInt8]>) -> Int? {
        var node = roots[tree]
        for name in names {
            guard let current = node, case .folder(let children) = nodes[current].content else { return nil }
            node = children[name]
        }
        return node
    }

    mutating func addChunk(_ number: Int, to node: Int, stamp: UInt32?) {
        guard case .file(var file) = nodes[node].content else { return }
        file.chunks.append(number)
        file.stamp = stamp ?? file.stamp
        nodes[node].content = .file(file)
    }

    mutating func setSparse(_ node: Int) {
        guard case .file(var file) = nodes[node].content else { return }
        file.isSparse = true
        nodes[node].content = .file(file)
    }

    /// Whether what a folder holds goes into a pack of its own, and which folder that is, as `UnitPlanner` has it.
    func packageFolder(of node: Int) -> Int {
        var (chain, next): ([Int], Int?) = ([], nodes[node].parent)
        while let folder = next {
            chain.append(folder)
            next = nodes[folder].parent
        }
        chain.reverse()
        let mark = chain.lastIndex { Self.marks.contains(nodes[$0].name) }
        let wanted = mark.map { $0 + 1 } ?? 2
        return chain.indices.contains(wanted) ? chain[wanted] : chain.last ?? node
    }

    private static let marks: Set<[UInt8]> = [Array("site-packages".utf8), Array("node_modules".utf8)]

    private func refused(_ member: StreamMember, _ why: String) -> BerthError {
        BerthError(
            .damaged, "the tar stream is refused: a member \(why)",
            place: String(decoding: member.name.prefix(300), as: UTF8.self).escaped, done: "nothing of it was kept",
            remedy: "send the trees of the declared paths, as tar makes them")
    }
}

extension ArrivingTree {
    /// The manifest that a walk of the same trees gives: names sorted, chunks numbered by first use.
    ///
    /// `chunks`: by the numbers given to `addChunk`.
    func manifest(_ chunks: [TreeManifest.Chunk]) -> TreeManifest {
        var writer = Writer(tree: self, arrived: chunks)
        for (place, root) in zip(places, roots).sorted(by: { $0.0.label < $1.0.label }) {
            guard let root else { continue }
            writer.manifest.labels.append(place.label)
            writer.add(root)
        }
        return writer.manifest
    }

    private struct Writer {
        let tree: ArrivingTree
        let arrived: [TreeManifest.Chunk]
        var manifest = TreeManifest()
        /// Of each file that came, its first name's index.
        private var firsts: [Int: Int] = [:]
        private var numbers: [Int: Int] = [:]

        init(tree: ArrivingTree, arrived: [TreeManifest.Chunk]) { (self.tree, self.arrived) = (tree, arrived) }

        mutating func add(_ node: Int) {
            let entry = tree.nodes[node]
            let member = manifest.members.count
            let content: TreeManifest.Content
            var children: [Int] = []
            switch entry.content {
            case .folder(let names):
                content = .folder
                children = names.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.value)
                    .filter { !tree.nodes[$0].isLeftOut }
            case .link(let target): content = .link(target[...])
            case .file: content = file(node, member)
            case .sameFile(let first): content = file(first, member)
            }
            manifest.members.append(
                .init(
                    name: entry.name[...], depth: entry.depth, permissions: entry.permissions, modified: entry.modified,
                    content: content))
            for child in children { add(child) }
        }

        /// The first name in the manifest's order has the content, whichever came first.
        private mutating func file(_ node: Int, _ member: Int) -> TreeManifest.Content {
            if let first = firsts[node] { return .sameFile(as: first) }
            firsts[node] = member
            guard case .file(var file) = tree.nodes[node].content else { return .folder }
            file.chunks = file.chunks.map { number($0) }[...]
            return .file(file)
        }

        private mutating func number(_ chunk: Int) -> Int {
            if let known = numbers[chunk] { return known }
            numbers[chunk] = manifest.chunks.count
            manifest.chunks.append(arrived[chunk])
            return manifest.chunks.count - 1
        }
    }
}
