/// Nodes, each once, in the order in which they came.
struct NpmNodeSet {
    private(set) var nodes: [NpmNode] = []
    private var known: Set<ObjectIdentifier> = []

    init(_ nodes: [NpmNode] = []) { for node in nodes { insert(node) } }

    var isEmpty: Bool { nodes.isEmpty }

    mutating func insert(_ node: NpmNode) {
        if known.insert(ObjectIdentifier(node)).inserted { nodes.append(node) }
    }

    mutating func remove(_ node: NpmNode) {
        if known.remove(ObjectIdentifier(node)) != nil { nodes.removeAll { $0 === node } }
    }

    func contains(_ node: NpmNode) -> Bool { known.contains(ObjectIdentifier(node)) }

    /// Adds what the members lead to, and what that leads to.
    mutating func grow(_ next: (NpmNode) -> [NpmNode]) {
        var index = 0
        while index < nodes.count {
            for node in next(nodes[index]) { insert(node) }
            index += 1
        }
    }
}

enum NpmSets {
    /// The nodes with all that they alone need, along the edges that count.
    static func needed(by start: [NpmNode], along counts: (NpmEdge) -> Bool) -> NpmNodeSet {
        var set = NpmNodeSet(start)
        set.grow { node in node.edgesOut.filter { $0.to != nil && counts($0) }.compactMap(\.to) }
        var changed = true
        while changed {
            changed = false
            for node in set.nodes
            where node.edgesIn.contains(where: { !set.contains($0.from) && counts($0) }) {
                set.remove(node)
                changed = true
            }
        }
        return set
    }

    /// What must go when a package that is wanted optionally can't be had: all up to the optional want, and what only
    /// that needs.
    static func optional(around node: NpmNode) -> NpmNodeSet {
        var set = NpmNodeSet([node])
        set.grow { node in node.edgesIn.filter { !$0.isOptional }.map(\.from) }
        return needed(by: set.nodes) { !$0.isOptional }
    }

    /// The edges that brought a set of peers with this node into the tree, each with the nodes that came along.
    static func entries(of node: NpmNode) -> [(edge: NpmEdge, peers: NpmNodeSet)] {
        func peersOut(_ node: NpmNode) -> [NpmNode] {
            node.edgesOut.filter { $0.isPeer && $0.isValid }.compactMap(\.to)
        }
        var union = NpmNodeSet([node])
        union.grow { peersOut($0) + $0.edgesIn.filter { $0.isPeer && $0.isValid }.map(\.from) }
        var result: [(NpmEdge, NpmNodeSet)] = []
        for peer in union.nodes {
            for edge in peer.edgesIn where edge.isValid && (!edge.isPeer || edge.from.isTop) {
                var peers = NpmNodeSet([peer])
                peers.grow(peersOut)
                if peers.contains(node) { result.append((edge, peers)) }
            }
        }
        return result
    }
}
