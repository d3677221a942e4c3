internal import BerthSystem

/// The chain that fails, for people: who wants what, and why each alternative was refused.
extension DebianResolver {
    /// The error for a set without an answer, told from the first wanted package that fails.
    func unsatisfiable(_ node: Int, _ request: DebianRequest) throws -> BerthError {
        var seen: Set<Int> = []
        let path = try path(to: node)
        var lines: [String] = []
        for (indent, (parent, child)) in zip(path, path.dropFirst()).enumerated() {
            let group = try universe.groups(of: parent).first { $0.targets.joined().contains(child) && !$0.isNegative }
            let relation = group.map { "\($0.kind.rawValue) \($0.dependency)" } ?? "wants \(name(child))"
            lines.append(String(repeating: "  ", count: indent) + "\(universe.nodes[parent].package) \(relation)")
        }
        lines += try explain(node, indent: max(0, path.count - 1), &seen)
        return BerthError(
            .usage, "the Debian packages asked for can't be installed together",
            place: "\(request.suite) (\(request.architecture.rawValue))",
            done: "this chain fails:\n" + lines.map { "    \($0)" }.joined(separator: "\n"),
            remedy: "leave out or replace one of the packages named above")
    }

    private func explain(_ node: Int, indent: Int, _ seen: inout Set<Int>) throws -> [String] {
        let pad = String(repeating: "  ", count: indent)
        let package = universe.nodes[node].package
        guard seen.insert(node).inserted, indent < 12 else { return ["\(pad)\(package): see above"] }
        var lines: [String] = []
        for group in try universe.groups(of: node) where group.isCritical && !isMet(group) {
            if group.isNegative {
                let names = try group.targets.joined().filter { mark($0).isChosen }.map {
                    try wish($0) + wanters(of: $0)
                }
                lines.append("\(pad)\(package) \(group.kind.rawValue) \(group.dependency), met by \(list(names))")
            } else {
                lines.append("\(pad)\(package) \(group.kind.rawValue) \(group.dependency)")
                lines += try explain(group, indent: indent + 1, &seen)
            }
        }
        if lines.isEmpty, let refusal = refusals[node] { lines = try explain(refusal, of: node, indent: indent, &seen) }
        return lines.isEmpty ? ["\(pad)\(package) was refused"] : lines
    }

    /// Why each alternative of a need was refused.
    private func explain(
        _ group: DebianUniverse.Group, indent: Int, _ seen: inout Set<Int>
    ) throws -> [String] {
        let pad = String(repeating: "  ", count: indent)
        var lines: [String] = []
        for (relation, targets) in zip(group.dependency.alternatives, group.targets) {
            if targets.isEmpty { lines.append("\(pad)\(relation): \(try absence(relation))") }
            for target in targets {
                if case .conflict(let other, let group, let owner)? = refusals[target] {
                    lines.append(pad + conflict(target, other, group, owner))
                } else {
                    lines += try explain(target, indent: indent, &seen)
                }
            }
        }
        return lines
    }

    private func explain(
        _ refusal: Refusal, of node: Int, indent: Int, _ seen: inout Set<Int>
    ) throws -> [String] {
        let pad = String(repeating: "  ", count: indent)
        switch refusal {
        case .unmet(let group):
            let head = "\(pad)\(universe.nodes[node].package) \(group.kind.rawValue) \(group.dependency)"
            return try [head] + explain(group, indent: indent + 1, &seen)
        case .conflict(let other, let group, let owner): return [pad + conflict(node, other, group, owner)]
        }
    }

    private func conflict(_ node: Int, _ other: Int, _ group: DebianUniverse.Group, _ owner: Int) -> String {
        let package = universe.nodes[node].package
        if owner == node { return "\(package) \(group.kind.rawValue) \(group.dependency), met by \(wish(other))" }
        return "\(package): \(wish(other)) \(group.kind.rawValue) \(group.dependency)"
    }

    private func wish(_ node: Int) -> String {
        "\(universe.nodes[node].package)\(wanted.contains(node) ? " (asked for)" : "")"
    }

    /// Who wants a chosen package, up to the request: ` (wanted by middle 2, wanted by app 1)`.
    private func wanters(of node: Int) throws -> String {
        let names = try path(to: node).dropLast().reversed().map { "wanted by \(universe.nodes[$0].package)" }
        return names.isEmpty ? "" : " (\(names.joined(separator: ", ")))"
    }

    /// The shortest way from a wanted package to a chosen one, both ends included.
    private func path(to node: Int) throws -> [Int] {
        var parents: [Int: Int] = [:]
        var open = wanted.contains(node) ? [] : wanted
        while !open.isEmpty, parents[node] == nil {
            let next = open.removeFirst()
            for target in try universe.groups(of: next).filter({ !$0.isNegative }).flatMap({ $0.targets.joined() })
            where mark(target).isChosen && parents[target] == nil && !wanted.contains(target) {
                parents[target] = next
                open.append(target)
            }
        }
        var path = [node]
        while let parent = parents[path[0]] { path.insert(parent, at: 0) }
        return path
    }

    private func list(_ names: [String]) -> String { names.isEmpty ? "nothing" : names.joined(separator: ", ") }

    /// What the archive has instead of a version that is not there.
    private func absence(_ relation: DebianRelation) throws -> String {
        guard let node = try universe.node(named: relation.name) else { return "no package has or provides this name" }
        return "the archive has \(universe.nodes[node].package.version)"
    }
}
