internal import BerthLockfiles

/// A folder of the tree that is being built, with the package in it.
///
/// A node owns its children and its wants; all other ties are weak, so that a tree lives as long as its root is held.
final class NpmNode {
    /// The name of the folder: the package's own, or an alias.
    let name: String
    /// Nil for the root, and for what could not be found.
    let manifest: NpmManifest?
    let version: NpmVersion?
    /// Why there is no such package.
    let failure: (any Error)?
    /// The node whose wants a detached root stands for, while a set of peers is put together.
    let source: NpmNode?
    /// Whether packages right below go without hoisting, as in a global folder.
    let isGlobal: Bool
    /// In the order in which they came.
    private(set) var children: [NpmNode] = []
    private(set) weak var parent: NpmNode?
    fileprivate(set) var edgesOut: [NpmEdge] = []
    fileprivate(set) var edgesIn: [NpmEdge] = []

    /// A root with what it wants.
    init(root wants: [DependencySpec], optional: [DependencySpec] = [], isGlobal: Bool = false) {
        (name, manifest, version, failure, source) = ("", nil, nil, nil, nil)
        self.isGlobal = isGlobal
        for want in wants { NpmEdge(self, .required, want) }
        for want in optional { NpmEdge(self, .optional, want) }
    }

    /// A detached root that wants what another node wants.
    init(standingFor source: NpmNode) {
        (name, manifest, version, failure) = ("", source.manifest, source.version, nil)
        self.source = source
        isGlobal = false
        if manifest == nil {
            for edge in source.edgesOut { NpmEdge(self, edge.kind, edge.want) }
        } else {
            loadEdges()
        }
    }

    init(name: String, _ manifest: NpmManifest, parent: NpmNode?) {
        (self.name, self.manifest, failure, source, isGlobal) = (name, manifest, nil, nil, false)
        version = NpmVersion(manifest.version)
        parent?.adopt(self)
        loadEdges()
    }

    init(name: String, failure: any Error, parent: NpmNode?) {
        (self.name, manifest, version, self.failure, source, isGlobal) = (name, nil, nil, failure, nil, false)
        parent?.adopt(self)
    }

    deinit { for edge in edgesOut { edge.cut() } }

    /// The order matters: npm places what is wanted in the order in which it was listed.
    private func loadEdges() {
        guard let manifest else { return }
        for want in manifest.peerDependencies where !manifest.optionalPeers.contains(want.name) {
            NpmEdge(self, .peer, want)
        }
        for want in manifest.peerDependencies where manifest.optionalPeers.contains(want.name) {
            NpmEdge(self, .optionalPeer, want)
        }
        for want in manifest.dependencies { NpmEdge(self, .required, want) }
        for want in manifest.optionalDependencies { NpmEdge(self, .optional, want) }
    }

    func child(_ name: String) -> NpmNode? { children.first { $0.name.lowercased() == name.lowercased() } }

    func edge(_ name: String) -> NpmEdge? { edgesOut.first { $0.name == name } }

    /// The outermost node above.
    var root: NpmNode { parent?.root ?? self }

    var isRoot: Bool { parent == nil }

    /// Whether peers may lie right below: the root, and the packages of a global folder.
    var isTop: Bool { parent == nil || isGlobalTop }

    var isGlobalTop: Bool { parent?.parent == nil && parent?.isGlobal == true }

    var depth: Int { isTop ? 0 : (parent?.depth ?? -1) + 1 }

    /// The node and all above it, itself first.
    var ancestry: [NpmNode] { [self] + (parent?.ancestry ?? []) }

    /// The node and all below it.
    var subtree: [NpmNode] { [self] + children.flatMap(\.subtree) }

    /// `node_modules/a/node_modules/b`; empty for a root.
    var location: String {
        guard let parent else { return "" }
        let above = parent.location
        return (above.isEmpty ? "" : above + "/") + "node_modules/\(name)"
    }

    /// What a name means to code in this folder.
    func resolve(_ name: String) -> NpmNode? { child(name) ?? parent?.resolve(name) }

    func isWithin(_ other: NpmNode) -> Bool { ancestry.contains { $0 === other } }
}

extension NpmNode {
    /// Puts a node into this folder; what had its name there goes.
    func adopt(_ node: NpmNode) {
        guard node.parent !== self else { return }
        node.remove()
        child(node.name)?.remove()
        children.append(node)
        node.parent = self
        reload(edgesTo: node.name)
        for member in node.subtree {
            for edge in member.edgesIn where edge.from.root !== root { edge.reload() }
            for edge in member.edgesOut { edge.reload() }
        }
    }

    /// Takes the node with all below it out of its tree.
    func remove() {
        guard let old = parent else { return }
        old.children.removeAll { $0 === self }
        parent = nil
        for member in subtree {
            for edge in member.edgesIn where edge.from.root !== self { edge.reload() }
            for edge in member.edgesOut where edge.to?.root !== self { edge.reload() }
        }
    }

    /// Takes the place of another node, and its children.
    func replace(_ other: NpmNode) {
        let place = other.parent
        for child in other.children { adopt(child) }
        other.remove()
        place?.adopt(self)
    }

    private func reload(edgesTo name: String) {
        edge(name)?.reload()
        for child in children { child.reload(edgesTo: name) }
    }
}

/// One want of one node.
final class NpmEdge {
    enum Kind { case required, optional, peer, optionalPeer }

    unowned let from: NpmNode
    let kind: Kind
    let want: DependencySpec
    let spec: NpmSpec
    /// What the want finds in the tree now.
    private(set) weak var to: NpmNode?
    /// Whether a conflict with this peer was accepted.
    var isOverridden = false

    /// Notes the want at its node, in the place of an older one of that name.
    @discardableResult
    init(_ from: NpmNode, _ kind: Kind, _ want: DependencySpec) {
        (self.from, self.kind, self.want) = (from, kind, want)
        spec = NpmSpec(want.spec)
        if let old = from.edge(want.name) {
            old.cut()
            from.edgesOut.removeAll { $0 === old }
        }
        from.edgesOut.append(self)
        reload()
    }

    var name: String { want.name }
    var isPeer: Bool { kind == .peer || kind == .optionalPeer }
    var isOptional: Bool { kind == .optional || kind == .optionalPeer }

    /// Whether the tree gives this want what it asks for.
    var isValid: Bool {
        guard let to else { return isOptional }
        // A peer is not a part of the package that asks for it.
        if isPeer, from === to.parent, !from.isTop { return false }
        return isSatisfied(by: to)
    }

    func isSatisfied(by node: NpmNode) -> Bool { node.name == name && Self.admits(spec, node) }

    private static func admits(_ spec: NpmSpec, _ node: NpmNode) -> Bool {
        switch spec {
        case .range(let range): range.isAny || node.version.map { range.contains($0) } ?? false
        case .version(let version): node.version == version
        case .tag: node.manifest != nil
        case .alias(_, let inner): admits(inner, node)
        case .elsewhere: false
        }
    }

    /// Looks again at what the name means.
    func reload() {
        let found = from.resolve(name)
        guard found !== to else { return }
        to?.edgesIn.removeAll { $0 === self }
        to = found
        found?.edgesIn.append(self)
    }

    func cut() {
        to?.edgesIn.removeAll { $0 === self }
        to = nil
    }
}
