internal import BerthLockfiles
internal import BerthSystem

/// Builds the tree that npm would build for a list of wants (arborist's `build-ideal-tree`, "hoisted" and "shallow").
final class NpmTreeBuilder {
    /// Peers may displace each other for ever (npm's own code then does); the largest trees have some thousand nodes.
    private static let mostSteps = 20_000

    let catalogue: NpmCatalogue
    let root: NpmNode
    private let isShallow: Bool
    private var queue = NpmQueue()
    private var seen: Set<ObjectIdentifier> = []
    /// Roots in which sets of peers are put together, by the node that they stand for.
    private var stages: [ObjectIdentifier: NpmNode] = [:]
    /// All of them ever made: nodes in use hold theirs weakly.
    private var allStages: [NpmNode] = []

    init(_ catalogue: NpmCatalogue, wants: [DependencySpec], isShallow: Bool) {
        self.catalogue = catalogue
        self.isShallow = isShallow
        root = NpmNode(root: wants, isGlobal: isShallow)
    }

    /// Resolves everything; wants that are optional and can't be met are left out.
    func build() async throws {
        queue.push(root)
        var steps = 0
        while let node = queue.pop() {
            try Task.checkCancellation()
            steps += 1
            guard steps <= Self.mostSteps else { throw Self.restless(node) }
            guard node.root === root, seen.insert(ObjectIdentifier(node)).inserted else { continue }
            try await resolve(node)
        }
        try dropFailures()
    }

    private static func restless(_ node: NpmNode) -> BerthError {
        BerthError(
            .failed,
            "the npm requirements lead to no stable tree: peers around \(node.name.escaped) displace each other",
            place: node.location, done: "nothing was changed", remedy: "pin the version of one of these packages")
    }

    private func resolve(_ node: NpmNode) async throws {
        let problems = Self.problems(of: node)
        try await catalogue.prefetch(problems)
        var found: [(edge: NpmEdge, node: NpmNode)] = []
        for edge in problems where !edge.isOverridden { found.append((edge, try await answer(edge, of: node))) }
        var placed: [NpmNode] = []
        for (edge, dependency) in found.sorted(by: { NpmOrder.precedes($0.edge.name, $1.edge.name) }) {
            let placing = try NpmPlacing(dependency, for: edge, isShallow: isShallow)
            for step in placing.all { placed += [note(step)].compactMap(\.self) }
        }
        try await catalogue.prefetch(placed.flatMap { Self.problems(of: $0) })
    }

    /// The package that a want is to be answered with, on a stage with its peers.
    private func answer(_ edge: NpmEdge, of node: NpmNode) async throws -> NpmNode {
        let stage = stage(for: node, reusing: true)
        if let own = stage.edge(edge.name), own.isValid, let there = own.to, edge.isSatisfied(by: there) {
            return there
        }
        var required = NpmNodeSet([edge.from])
        return try await self.node(for: edge, on: edge.isPeer ? stage : nil, required: &required)
    }

    /// Queues what a change to the tree makes necessary; the result is the new node.
    private func note(_ step: NpmPlacing) -> NpmNode? {
        guard let placed = step.placed else { return nil }
        let replaced = step.placement?.ownVerdict == .replace
        for edge in placed.edgesIn where edge !== step.edge && !edge.isValid && !edge.isOverridden {
            if replaced { seen.remove(ObjectIdentifier(edge.from)) }
            if !seen.contains(ObjectIdentifier(edge.from)) { queue.push(edge.from) }
        }
        queue.push(placed)
        for node in step.disturbed.nodes {
            seen.remove(ObjectIdentifier(node))
            queue.push(node)
        }
        return placed
    }

    /// The wants of a node that the tree does not meet.
    private static func problems(of node: NpmNode) -> [NpmEdge] {
        let bundled = node.manifest?.bundled ?? []
        return node.edgesOut.filter { edge in
            if bundled.contains(edge.name) || edge.to?.failure != nil { return false }
            return edge.to == nil ? edge.kind != .optionalPeer : !edge.isValid
        }
    }

    func stage(for node: NpmNode, reusing: Bool = false) -> NpmNode {
        if reusing, let known = stages[ObjectIdentifier(node)] { return known }
        let stage = NpmNode(standingFor: node)
        stages[ObjectIdentifier(node)] = stage
        allStages.append(stage)
        return stage
    }

    /// Takes out what could not be found; throws where it is needed.
    private func dropFailures() throws {
        let needed = root.needed
        for node in root.subtree {
            guard let failure = node.failure, node.root === root else { continue }
            if needed.contains(node) {
                guard let absence = failure as? NpmAbsence else { throw failure }
                throw absence.explained(wantedBy: node.edgesIn.first?.from.manifest?.label ?? "the recipe")
            }
            for member in NpmSets.optional(around: node).nodes { member.remove() }
        }
    }
}

extension NpmTreeBuilder {
    /// Makes a node for a want on a stage (one of its own where none is given), and loads its peers beside it.
    func node(
        for edge: NpmEdge, on given: NpmNode?, besides second: NpmEdge? = nil, required: inout NpmNodeSet
    ) async throws -> NpmNode {
        let stage = given ?? stage(for: edge.from)
        let first = try await make(edge, on: stage)
        var chosen = first
        // A want as broad as >=1 must not keep out the 1.x that the other one needs.
        if let second, !second.isValid {
            let other = try await make(edge.with(second), on: stage)
            if edge.isValid { chosen = other }
        }
        stage.adopt(chosen)
        if required.contains(edge.from), edge.kind != .optionalPeer {
            required.insert(chosen)
        } else if let second, required.contains(second.from), second.kind != .optionalPeer {
            required.insert(chosen)
        }
        // Peers of a global package go inside of it, on the next round.
        if isShallow, edge.from.isRoot { return chosen }
        return try await loadPeers(of: chosen, required: &required)
    }

    private func make(_ edge: (name: String, spec: NpmSpec), on stage: NpmNode) async throws -> NpmNode {
        do {
            return NpmNode(name: edge.name, try await catalogue.manifest(edge.name, edge.spec), parent: stage)
        } catch let absence as NpmAbsence {
            return NpmNode(name: edge.name, failure: absence, parent: stage)
        }
    }

    private func make(_ edge: NpmEdge, on stage: NpmNode) async throws -> NpmNode {
        try await make((edge.name, edge.spec), on: stage)
    }

    private func loadPeers(of node: NpmNode, required: inout NpmNodeSet) async throws -> NpmNode {
        guard let stage = node.parent else { return node }
        let open = node.edgesOut.filter { $0.isPeer && !($0.isValid && $0.to != nil) }
        for edge in open.sorted(by: { NpmOrder.precedes($0.name, $1.name) }) where !(edge.isValid && edge.to != nil) {
            let mayConflict = stage.source?.isRoot != true
            if let current = edge.to {
                let other = try await self.node(for: edge, on: nil, required: &required)
                if other.canReplace(current) {
                    _ = try await self.node(for: edge, on: stage, required: &required)
                } else if !mayConflict, required.contains(edge.from) {
                    throw Self.conflict(edge, current)
                }
            } else if let beside = stage.edge(edge.name) {
                let found = try await self.node(for: beside, on: stage, besides: edge, required: &required)
                if edge.isValid { continue }
                guard mayConflict || !required.contains(found) else { throw Self.conflict(edge, found) }
                edge.isOverridden = true
            } else {
                _ = try await self.node(for: edge, on: stage, required: &required)
            }
        }
        return node
    }

    private static func conflict(_ edge: NpmEdge, _ current: NpmNode) -> BerthError {
        let wanter = edge.from.manifest?.label ?? "the recipe"
        let found = current.manifest?.label ?? current.name
        return BerthError(
            .failed,
            "the npm requirements can't be met: \(wanter) needs \(edge.name)@\(edge.want.spec) beside it, not \(found)"
                .escaped,
            done: "nothing was changed", remedy: "change the versions in the recipe's npm requirements")
    }
}

/// Nodes whose wants are to be looked at: those further up first, then by name.
private struct NpmQueue {
    private var nodes: [NpmNode] = []
    private var isSorted = true

    mutating func push(_ node: NpmNode) {
        guard !nodes.contains(where: { $0 === node }) else { return }
        nodes.append(node)
        isSorted = false
    }

    mutating func pop() -> NpmNode? {
        if !isSorted {
            let ranked = nodes.map { (depth: $0.depth, location: $0.location, node: $0) }
            nodes = ranked.sorted { left, right in
                left.depth != right.depth
                    ? left.depth < right.depth : NpmOrder.precedes(left.location, right.location)
            }.map(\.node)
            isSorted = true
        }
        return nodes.isEmpty ? nil : nodes.removeFirst()
    }
}

extension NpmEdge {
    /// This want's name with the versions of another one.
    fileprivate func with(_ other: NpmEdge) -> (name: String, spec: NpmSpec) { (name, other.spec) }
}

extension NpmManifest {
    /// `name@version`.
    var label: String { "\(name)@\(version)" }
}
