internal import BerthLockfiles
internal import BerthSystem

/// Puts a package and its peers into the tree, as far up as nobody minds (arborist's `place-dep`).
final class NpmPlacing {
    let edge: NpmEdge
    let node: NpmNode
    private let parent: NpmPlacing?
    private let isShallow: Bool
    private(set) var placement: NpmPlacement?
    /// The node in the tree, where one was put there.
    private(set) var placed: NpmNode?
    private(set) var children: [NpmPlacing] = []
    /// Nodes whose wants must be looked at again.
    private(set) var disturbed = NpmNodeSet()

    init(_ node: NpmNode, for edge: NpmEdge, parent: NpmPlacing? = nil, isShallow: Bool) throws {
        (self.node, self.edge, self.parent, self.isShallow) = (node, edge, parent, isShallow)
        if edge.to != nil, edge.isValid { return }
        guard let placement = try place() else { return }
        self.placement = placement
        let verdict = placement.verdict == .conflict ? placement.ownVerdict : placement.verdict
        if verdict == .keep {
            if edge.isPeer, !edge.isValid { edge.isOverridden = true }
            prune(placement.target)
            return
        }
        try put(into: placement.target)
    }

    /// The place itself and those of the peers, outermost first.
    var all: [NpmPlacing] { [self] + children.flatMap(\.all) }

    /// Where to put it; nil where a conflict with a peer is accepted and nothing is put anywhere.
    private func place() throws -> NpmPlacement? {
        var best: NpmPlacement?
        var own: NpmPlacement?
        for target in start.ancestry {
            if !target.isTop, target.edge(edge.name)?.isPeer == true { continue }
            let check = NpmPlacement(node, into: target, for: edge, parent: parent?.placement)
            if check.ownVerdict != .conflict { own = check }
            guard check.verdict != .conflict else { break }
            best = check
            if node.failure != nil { break }
            // In a global folder nothing is shared between the packages at the top.
            if isShallow, target.parent?.isRoot == true { break }
        }
        if let best { return best }
        if isRequested { throw conflict }
        if own == nil { edge.isOverridden = true }
        return own
    }

    private var start: NpmNode { (parent?.start ?? edge.from).deepestTarget(for: edge.name) }

    private func put(into target: NpmNode) throws {
        // a@1 wants b@1, which wants a@2, which wants b@2, which wants a@1: folders would be nested for ever.
        if target.ancestry.contains(where: { !$0.isTop && $0.matches(node) }) { throw endless(target) }
        let set = node.parent
        let copy =
            if let manifest = node.manifest { NpmNode(name: node.name, manifest, parent: nil) } else {
                NpmNode(name: node.name, failure: node.failure ?? CancellationError(), parent: nil)
            }
        placed = copy
        if let old = target.child(edge.name) { displace(old, by: copy) } else { target.adopt(copy) }
        if edge.isPeer, !edge.isSatisfied(by: copy) { edge.isOverridden = true }
        if edge.isValid, let other = edge.to, other !== copy { prune(other, descending: false) }
        pruneDuplicates(below: target)
        for peerEdge in copy.edgesOut where peerEdge.isPeer && !peerEdge.isValid && !peerEdge.isOverridden {
            guard let peer = set?.child(peerEdge.name), peerEdge.isSatisfied(by: peer) else { continue }
            children.append(try NpmPlacing(peer, for: peerEdge, parent: self, isShallow: isShallow))
        }
    }

    private func pruneDuplicates(below target: NpmNode) {
        let root = target.root
        for other in root.subtree where other.name == edge.name && other.isWithin(target) && !other.isTop {
            guard other.root === root else { continue }
            prune(other, descending: false)
            guard other.root === root else { continue }
            for child in other.children { prune(child, descending: false) }
        }
    }

    private func displace(_ old: NpmNode, by copy: NpmNode) {
        let target = old.parent
        let dropped = old.edgesOut.filter { copy.edge($0.name) == nil }.compactMap(\.to)
            .flatMap { dep in NpmSets.needed(by: [dep]) { $0.to !== dep }.nodes }
        var uprooted = NpmNodeSet()
        for edge in old.edgesIn
        where !edge.isSatisfied(by: copy) && edge.isPeer && edge.from.parent === target && !edge.isOverridden {
            for (entry, _) in NpmSets.entries(of: edge.from) {
                guard let entryNode = entry.to else { continue }
                if entryNode !== target, !entry.from.isRoot {
                    let set = NpmSets.needed(by: [entryNode]) { $0.to !== entryNode && !$0.isOverridden }
                    for node in set.nodes { uprooted.insert(node) }
                } else {
                    edge.isOverridden = true
                }
            }
        }
        copy.replace(old)
        removeOrphans(of: copy, dropped)
        for node in uprooted.nodes {
            for edge in node.edgesIn { disturbed.insert(edge.from) }
            node.remove()
        }
    }

    private func removeOrphans(of copy: NpmNode, _ dropped: [NpmNode]) {
        var wrong = NpmNodeSet(copy.edgesOut.filter { !$0.isValid }.compactMap(\.to))
        for dep in dropped {
            for node in NpmSets.needed(by: [dep], along: { $0.to !== dep && $0.isValid }).nodes { wrong.insert(node) }
        }
        let orphans = NpmSets.needed(by: wrong.nodes) { $0.from !== copy && $0.to !== copy && $0.isValid }
        for node in orphans.nodes { node.remove() }
    }

    /// Removes a node that is not needed where it is, or the same below it.
    private func prune(_ node: NpmNode, descending: Bool = true) {
        if node.canDedupe() {
            for member in NpmSets.needed(by: [node], along: { $0.to !== node && $0.isValid }).nodes { member.remove() }
        } else if descending {
            for child in node.children.sorted(by: { NpmOrder.precedes($0.location, $1.location) }) { prune(child) }
        }
    }
}

extension NpmPlacing {
    /// Whether the recipe itself asks for this, so that a conflict can't be passed over.
    private var isRequested: Bool {
        let edge = parent?.topEdge ?? edge
        if edge.from.isRoot { return true }
        guard edge.isPeer else { return false }
        if edge.from.edgesIn.contains(where: { !$0.isPeer && $0.from.isRoot }) { return true }
        return edge.from.edgesIn.contains(where: \.isPeer)
            && NpmSets.entries(of: edge.from).contains { $0.edge.from.isRoot }
    }

    private var topEdge: NpmEdge { parent?.topEdge ?? edge }

    private var conflict: BerthError {
        let wanter = edge.from.manifest.map { "\($0.name)@\($0.version)" } ?? "the recipe"
        let found = edge.from.resolve(edge.name)?.manifest
        let beside = found.map { ", beside \($0.name)@\($0.version)" } ?? ""
        let peers = node.edgesOut.filter(\.isPeer).map { "\($0.name)@\($0.want.spec)" }
        let needs = peers.isEmpty ? "" : ", which needs \(peers.joined(separator: " and ")) beside it"
        return BerthError(
            .failed,
            "the npm requirements can't be met: \(wanter) wants \(edge.name)@\(edge.want.spec)\(needs)\(beside)"
                .escaped,
            done: "nothing was changed", remedy: "change the versions in the recipe's npm requirements")
    }

    private func endless(_ target: NpmNode) -> BerthError {
        BerthError(
            .failed, "the npm packages around \(edge.name.escaped) want each other in an endless chain of versions",
            place: target.location, done: "nothing was changed", remedy: "choose another version of the package")
    }
}
