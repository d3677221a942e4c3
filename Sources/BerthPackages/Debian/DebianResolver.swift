internal import BerthSystem

/// Chooses packages as apt does: essential and requested ones first, then dependencies in order, the first alternative
/// that can be met, the real package before its providers, providers by priority.
///
/// apt's answer for an empty system is the specification; the tests compare the two.
package struct DebianResolver {
    let universe: DebianUniverse
    let wantsRecommends: Bool
    var marks: [Int: Mark] = [:]
    /// Why a candidate was given up, for the message when nothing else is left.
    var refusals: [Int: Refusal] = [:]
    /// Requested and essential packages in order.
    var wanted: [Int] = []

    /// What has been decided about a candidate so far.
    struct Mark {
        /// Whether it may be chosen at all.
        var isCandidate = true
        var isChosen = false
        /// Whether the decision stands whatever comes.
        var isProtected = false
    }

    /// Why a candidate can't be chosen.
    enum Refusal {
        case unmet(DebianUniverse.Group)
        case conflict(with: Int, DebianUniverse.Group, declaredBy: Int)
    }

    /// apt gives up a branch at 3000; our stack is smaller and real chains stay under 100.
    static let depthLimit = 400

    init(_ universe: DebianUniverse, recommends: Bool) {
        self.universe = universe
        wantsRecommends = recommends
    }

    /// The packages for a request, sorted by name; `.usage` with the chain that fails when there is no answer.
    package static func resolve(_ request: DebianRequest, in indexes: [PackagesIndex]) throws -> [DebianPackage] {
        let universe = DebianUniverse(indexes, architecture: request.architecture)
        var resolver = DebianResolver(universe, recommends: request.recommends)
        return try resolver.resolve(request)
    }

    private mutating func resolve(_ request: DebianRequest) throws -> [DebianPackage] {
        let essential = request.essential ? try universe.essentialNames() : []
        wanted = []
        for name in essential + request.packages {
            let node = try requested(name, request)
            if !wanted.contains(node) { wanted.append(node) }
        }
        for node in wanted {
            marks[node, default: Mark()].isProtected = true
            _ = try choose(node, follow: false, depth: 0, byUser: true)
        }
        for node in wanted { _ = try choose(node, follow: true, depth: 0, byUser: true) }
        try repair()
        if let failing = try firstFailing() { throw try unsatisfiable(failing, request) }
        return try reachable().map { universe.nodes[$0].package }
            .sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }

    /// The candidate for a requested name; a virtual name stands for its only provider, as in apt.
    private func requested(_ name: String, _ request: DebianRequest) throws -> Int {
        if let node = try universe.node(named: name) { return node }
        let relation = DebianRelation(name: name, qualifier: .none, requirement: nil)
        let providers = try universe.targets(of: relation)
        if providers.count == 1 { return providers[0] }
        let place = "\(request.suite) (\(request.architecture.rawValue))"
        guard !providers.isEmpty else {
            throw BerthError(
                .usage, "there is no Debian package \"\(name.escaped)\"", place: place,
                done: "suite, updates and security were searched",
                remedy: "correct the name, or choose another suite or component")
        }
        let names = providers.map { universe.nodes[$0].package.name }.joined(separator: ", ")
        throw BerthError(
            .usage, "\"\(name.escaped)\" is a virtual package with \(providers.count) providers", place: place,
            remedy: "name one of them: \(names)")
    }

    func mark(_ node: Int) -> Mark { marks[node] ?? Mark() }

    func name(_ node: Int) -> String { universe.nodes[node].package.name }

    /// Whether a relation holds with what is chosen so far.
    func isMet(_ group: DebianUniverse.Group) -> Bool {
        let isThere = group.targets.contains { $0.contains { mark($0).isChosen } }
        return group.isNegative ? !isThere : isThere
    }

    /// Whether a relation counts: recommendations do only when they are wanted.
    func counts(_ group: DebianUniverse.Group) -> Bool { group.isCritical || wantsRecommends }

    /// Whether a package, if chosen, would lack something.
    func isBroken(_ node: Int, critical: Bool = false) throws -> Bool {
        try universe.groups(of: node).contains { (critical ? $0.isCritical : counts($0)) && !isMet($0) }
    }

    private func firstFailing() throws -> Int? {
        for node in wanted where !mark(node).isChosen { return node }
        for node in wanted where try isBroken(node, critical: true) { return node }
        for node in marks.keys.sorted() where mark(node).isChosen {
            if try isBroken(node, critical: true) { return node }
        }
        return nil
    }
}
