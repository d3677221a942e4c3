/// Whether a package can go into a folder of the tree, with the peers that it brings (arborist's `can-place-dep`).
final class NpmPlacement {
    enum Verdict { case free, replace, keep, conflict }

    let node: NpmNode
    let target: NpmNode
    let edge: NpmEdge
    let parent: NpmPlacement?
    private let peerPath: [NpmNode]
    private let prefersDedupe: Bool
    private let current: NpmNode?
    /// Whether a set of peers was put together against this want.
    private let isOverride: Bool
    /// For the package with its peers.
    private(set) var verdict = Verdict.conflict
    /// For the package without regard to its peers.
    private(set) var ownVerdict: Verdict?
    private var peersVerdict: Verdict?

    init(
        _ node: NpmNode, into target: NpmNode, for edge: NpmEdge, parent: NpmPlacement?, peerPath: [NpmNode] = [],
        prefersDedupe: Bool = false
    ) {
        (self.node, self.target, self.edge, self.parent) = (node, target, edge, parent)
        self.peerPath = peerPath
        self.prefersDedupe = prefersDedupe || edge.isPeer
        current = target.child(edge.name)
        isOverride = !edge.isSatisfied(by: node)
        verdict = judge()
        if ownVerdict == nil { ownVerdict = verdict }
    }

    private func judge() -> Verdict {
        if node.failure != nil { return current == nil ? .free : .replace }
        let wanted = target.edge(edge.name)
        if let wanted, wanted.isPeer, !target.isTop { return .conflict }
        if current == nil, let wanted, wanted !== edge, !wanted.isSatisfied(by: node) { return .conflict }
        return current.map { judge(beside: $0) } ?? judgeFree()
    }

    /// There is none of that name here; but somebody below may rely on one further up.
    private func judgeFree() -> Verdict {
        if target !== entryEdge.from, let shadowed = target.resolve(edge.name) {
            for other in shadowed.edgesIn
            where other.from.isWithin(target) && other.isValid && !other.isSatisfied(by: node) {
                return .conflict
            }
        }
        return withPeers(.free)
    }

    private func judge(beside current: NpmNode) -> Verdict {
        if node.matches(current), edge.isSatisfied(by: current) || isOverride { return .keep }
        let isNewer = if let mine = node.version, let its = current.version { mine >= its } else { false }
        if isNewer, node.canReplace(current), withPeers(.replace) != .conflict { return .replace }
        if edge.isSatisfied(by: current) { return .keep }
        if prefersDedupe, !isNewer, node.canReplace(current), withPeers(.replace) != .conflict { return .replace }
        // Where this can go deeper, the one that is here stays.
        guard target === deepestTarget else { return .conflict }
        if !edge.isPeer, target === edge.from { return withPeers(.replace) }
        guard parent != nil || edge.isPeer else { return .conflict }
        return canDisplace(current) ? withPeers(.replace) : .conflict
    }

    /// Whether every set of peers that `current` belongs to can be replaced as a whole, or go deeper.
    private func canDisplace(_ current: NpmNode) -> Bool {
        for (entry, peers) in NpmSets.entries(of: current) where entry !== edge && entry !== entryEdge {
            guard let entryNode = entry.to else { continue }
            if let replacement = node.parent?.child(entryNode.name) {
                let names = Set(node.parent?.children.map(\.name) ?? [])
                if replacement.canReplace(entryNode, ignoring: names) { continue }
            } else if canClobber(entryNode) {
                continue
            }
            for peer in peers.nodes {
                let deepest = entry.from.deepestTarget(for: peer.name)
                if deepest === target || target.isWithin(deepest) { return false }
            }
        }
        return true
    }

    private func canClobber(_ entryNode: NpmNode) -> Bool {
        var walk = NpmNodeSet([entryNode])
        var isFine = true
        walk.grow { peer in
            peer.edgesOut.filter { $0.isPeer && $0.isValid }.compactMap { edge in
                guard let replacement = node.parent?.child(edge.name) else { return edge.to }
                if !edge.isSatisfied(by: replacement) { isFine = false }
                return nil
            }
        }
        return isFine
    }

    private func withPeers(_ verdict: Verdict) -> Verdict {
        ownVerdict = verdict
        if let peersVerdict { return peersVerdict }
        let path = peerPath + [node]
        var conflicts = false
        for peerEdge in node.edgesOut where peerEdge.isPeer {
            guard let peer = peerEdge.to, !path.contains(where: { $0 === peer }) else { continue }
            let place = NpmPlacement(
                peer, into: target.deepestTarget(for: peer.name), for: peerEdge, parent: self, peerPath: path,
                prefersDedupe: true)
            if place.verdict == .conflict { conflicts = true }
        }
        let result = conflicts ? .conflict : verdict
        peersVerdict = result
        return result
    }

    private var deepestTarget: NpmNode { (parent?.deepestTarget ?? edge.from).deepestTarget(for: edge.name) }

    /// The want that the whole set of peers is placed for.
    private var entryEdge: NpmEdge { parent?.entryEdge ?? edge }
}
