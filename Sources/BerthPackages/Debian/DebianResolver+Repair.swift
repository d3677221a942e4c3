/// After the walk: what came to conflict is settled by weight, and what nobody needs any more goes.
extension DebianResolver {
    /// apt's own bound.
    private static var roundLimit: Int { 20 }

    /// Mends broken packages from the weightiest to the lightest, in a bounded number of rounds.
    mutating func repair() throws {
        let chosen = marks.filter(\.value.isChosen).map(\.key)
        guard try chosen.contains(where: { try isBroken($0, critical: true) }) else { return }
        let weights = try weights()
        var order = weights.keys.sorted { (weights[$0] ?? 0, $1) > (weights[$1] ?? 0, $0) }
        for _ in 0..<Self.roundLimit {
            var changed = false
            for node in order where mark(node).isChosen {
                if try mend(node, weights) { changed = true }
            }
            guard changed else { return }
            order += marks.keys.filter { mark($0).isChosen && weights[$0] == nil && !order.contains($0) }.sorted()
        }
    }

    /// One try at a broken package: true when anything changed.
    private mutating func mend(_ node: Int, _ weights: [Int: Int]) throws -> Bool {
        var changed = false
        for group in try universe.groups(of: node) where group.isCritical && !isMet(group) {
            if group.isNegative {
                changed = settle(group, of: node, weights) || changed
            } else if mark(node).isProtected {
                var tried: Set = [node]
                changed = try candidates(for: group).contains { try reinstate($0, &tried) } || changed
            } else {
                drop(node, .unmet(group))
                return true
            }
            if !mark(node).isChosen { return true }
        }
        return changed
    }

    /// Of two packages that can't live together, the lighter goes, unless it is protected.
    private mutating func settle(_ group: DebianUniverse.Group, of node: Int, _ weights: [Int: Int]) -> Bool {
        for target in group.targets.joined() where mark(target).isChosen {
            let isLighter = weights[node, default: 0] <= weights[target, default: 0]
            let loser = isLighter && !mark(node).isProtected ? node : target
            guard !mark(loser).isProtected else { continue }
            drop(loser, .conflict(with: loser == node ? target : node, group, declaredBy: node))
            return true
        }
        return false
    }

    private mutating func drop(_ node: Int, _ reason: Refusal) {
        marks[node, default: Mark()].isChosen = false
        refusals[node] = refusals[node] ?? reason
    }

    /// Chooses a package and, deeply, what it lacks; takes it back when something can't be had.
    private mutating func reinstate(_ node: Int, _ tried: inout Set<Int>) throws -> Bool {
        guard tried.insert(node).inserted, mark(node).isCandidate, !mark(node).isProtected else { return false }
        let wasChosen = mark(node).isChosen
        guard try choose(node, follow: false, depth: 0) else { return false }
        for group in try universe.groups(of: node) where group.isCritical && !group.isNegative && !isMet(group) {
            var isMended = false
            for option in candidates(for: group) where !isMended { isMended = try reinstate(option, &tried) }
            guard !isMended else { continue }
            if !wasChosen { drop(node, .unmet(group)) }
            return false
        }
        return true
    }

    /// apt's scores: priority, how many chosen packages need it, one level of inheritance, requested and essential far up.
    private func weights() throws -> [Int: Int] {
        let priorities = [0, 3, 2, 1, -1, -2]
        let chosen = marks.keys.filter { mark($0).isChosen }.sorted()
        var base: [Int: Int] = [:]
        var dependents: [Int: [Int]] = [:]
        for node in chosen {
            let package = universe.nodes[node].package
            base[node, default: 0] += priorities[package.priority.rawValue]
            if package.isEssential || package.isProtected { base[node, default: 0] += 100 }
            for group in try universe.groups(of: node) {
                for target in Set(group.targets.joined()) where mark(target).isChosen {
                    base[target, default: 0] += group.isNegative ? -1 : 1
                    if !group.isNegative { dependents[target, default: []].append(node) }
                }
            }
        }
        return Dictionary(
            uniqueKeysWithValues: chosen.map { node in
                let inherited = (dependents[node] ?? []).reduce(0) { $0 + max(0, base[$1] ?? 0) }
                let package = universe.nodes[node].package
                let far = (wanted.contains(node) ? 10_000 : 0) + (package.isEssential || package.isProtected ? 5000 : 0)
                return (node, (base[node] ?? 0) + inherited + far)
            })
    }

    /// Chosen packages that a wanted one leads to; leftovers of branches that were given up are not among them.
    func reachable() throws -> [Int] {
        var reached = try closure(of: wanted, beyond: [])
        let chosen = marks.filter(\.value.isChosen).map(\.key)
        // A suggestion keeps what was chosen anyway (apt's AutoRemove::SuggestsImportant); mostly nothing is left over.
        while reached.count < chosen.count {
            let suggested = try reached.sorted().flatMap { node in
                try universe.nodes[node].package.suggests.flatMap(\.alternatives).flatMap {
                    try universe.targets(of: $0)
                }
            }
            let added = Set(suggested).filter { mark($0).isChosen && !reached.contains($0) }
            guard !added.isEmpty else { break }
            reached.formUnion(try closure(of: added.sorted(), beyond: reached))
        }
        return Array(reached)
    }

    /// Chosen packages that these lead to by what they need or recommend.
    private func closure(of start: [Int], beyond known: Set<Int>) throws -> Set<Int> {
        var reached = known.union(start)
        var open = start
        while let node = open.popLast() {
            for group in try universe.groups(of: node) where !group.isNegative {
                for target in group.targets.joined() where mark(target).isChosen && reached.insert(target).inserted {
                    open.append(target)
                }
            }
        }
        return reached
    }
}
