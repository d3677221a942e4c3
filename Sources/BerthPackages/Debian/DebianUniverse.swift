internal import BerthSystem

/// All packages that the indexes of one architecture offer: one candidate a name, linked to what may satisfy it.
///
/// A package is parsed when somebody first asks for its name, so a resolution reads a few hundred of 68,000.
final class DebianUniverse {
    let architecture: DebianArchitecture
    /// In the order in which apt would list them: suite, updates, security.
    let indexes: [PackagesIndex]
    private(set) var nodes: [Node] = []
    private var identifiers: [String: Int?] = [:]
    private var providers: [String: [Provider]] = [:]
    private var mentions: [String: Int] = [:]

    /// A candidate, with its relations linked to other candidates once they are needed.
    struct Node {
        let package: DebianPackage
        var groups: [Group]?
    }

    /// One element of a relation field with the candidates that meet each of its alternatives, best first.
    struct Group {
        let kind: Kind
        let dependency: DebianDependency
        let targets: [[Int]]

        enum Kind: String {
            case preDepends = "pre-depends on"
            case depends = "depends on"
            case conflicts = "conflicts with"
            case breaks = "breaks"
            case recommends = "recommends"
        }

        var isNegative: Bool { kind == .conflicts || kind == .breaks }
        /// Whether a package without it is broken.
        var isCritical: Bool { kind != .recommends }
    }

    private struct Provider {
        let node: Int
        let version: DebianVersion?
    }

    init(_ indexes: [PackagesIndex], architecture: DebianArchitecture) {
        self.indexes = indexes
        self.architecture = architecture
    }

    /// The candidate of a name: its highest version over all indexes, the first index that has it.
    func node(named name: String) throws -> Int? {
        if let known = identifiers[name] { return known }
        var best: DebianPackage?
        for index in indexes {
            for stanza in index.stanzas(of: name) {
                let package = try DebianPackage(stanza, origin: index.origin)
                guard fits(package.architecture) else { continue }
                if best.map({ $0.version < package.version }) ?? true { best = package }
            }
        }
        let identifier = best.map { package in
            nodes.append(Node(package: package))
            return nodes.count - 1
        }
        identifiers[name] = .some(identifier)
        return identifier
    }

    private func fits(_ name: String) -> Bool { name == architecture.rawValue || name == "all" }

    /// The names of all `Essential: yes` packages, sorted.
    func essentialNames() throws -> [String] {
        try Set(indexes.flatMap { $0.essentialNames() })
            .filter { try node(named: $0).map { nodes[$0].package.isEssential } ?? false }
            .sorted()
    }

    /// A package's relations, linked on first use.
    func groups(of node: Int) throws -> [Group] {
        if let groups = nodes[node].groups { return groups }
        let package = nodes[node].package
        let fields: [(Group.Kind, [DebianDependency])] = [
            (.preDepends, package.preDepends), (.depends, package.depends), (.conflicts, package.conflicts),
            (.breaks, package.breaks), (.recommends, package.recommends),
        ]
        let groups = try fields.flatMap { kind, field in
            try field.map { try Group(kind: kind, dependency: $0, targets: link($0, owner: node)) }
        }
        nodes[node].groups = groups
        return groups
    }

    private func link(_ dependency: DebianDependency, owner: Int) throws -> [[Int]] {
        try dependency.alternatives.map { try targets(of: $0).filter { $0 != owner } }
    }

    /// The candidates that meet a wish, in apt's order of preference.
    func targets(of relation: DebianRelation) throws -> [Int] {
        var found: [Int] = []
        if let real = try node(named: relation.name), isMet(relation, by: nodes[real].package) { found.append(real) }
        for provider in try providers(of: relation.name) where !found.contains(provider.node) {
            guard qualifies(relation, nodes[provider.node].package) else { continue }
            let version = provider.version
            let isMet = relation.requirement.map { wish in version.map(wish.isMet) ?? false } ?? true
            if isMet { found.append(provider.node) }
        }
        return found.count < 2 ? found : try ranked(found, for: relation)
    }

    private func isMet(_ relation: DebianRelation, by package: DebianPackage) -> Bool {
        qualifies(relation, package) && relation.requirement?.isMet(by: package.version) ?? true
    }

    /// `:any` is met by packages that allow it only (Multi-Arch: allowed), as apt reads the field.
    private func qualifies(_ relation: DebianRelation, _ package: DebianPackage) -> Bool {
        switch relation.qualifier {
        case .none, .native: true
        case .any: package.multiArch == .allowed
        case .architecture(let name): name == architecture.rawValue
        }
    }

    private func providers(of name: String) throws -> [Provider] {
        if let known = providers[name] { return known }
        let owners = indexes.flatMap { $0.providerNames(of: name) }
        let found = try Set(owners).sorted().flatMap { owner in
            guard let node = try node(named: owner) else { return [Provider]() }
            return nodes[node].package.provides.filter { $0.name == name && isUsable($0) }
                .map { Provider(node: node, version: $0.requirement?.version) }
        }
        providers[name] = found
        return found
    }

    /// A Provides may name an exact version, nothing else (policy §7.5).
    private func isUsable(_ provided: DebianRelation) -> Bool { provided.requirement?.comparison ?? .equal == .equal }

    private func ranked(_ found: [Int], for relation: DebianRelation) throws -> [Int] {
        let ranks = try found.map { node in
            let package = nodes[node].package
            return (
                node: node,
                key: [
                    package.name == relation.name ? 0 : 1, package.isEssential ? 0 : 1, package.isProtected ? 0 : 1,
                    package.priority.rawValue, try -mention(of: package.name),
                ]
            )
        }
        return ranks.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.node)
    }

    /// Where a name stands first over all indexes; apt decides between equals by it, the later one wins.
    private func mention(of name: String) throws -> Int {
        if let known = mentions[name] { return known }
        var base = 0
        var found = Int.max
        for index in indexes {
            if let offset = index.firstMention(of: name) {
                found = base + offset
                break
            }
            base += index.size
        }
        mentions[name] = found
        return found
    }
}
