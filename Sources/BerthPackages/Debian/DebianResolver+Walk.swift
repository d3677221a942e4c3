/// The walk itself: choosing a package and what it needs, giving up a branch that fails.
extension DebianResolver {
    /// Chooses a candidate, with `follow` also what it needs; false when it can't be, and then it is given up.
    mutating func choose(_ node: Int, follow: Bool, depth: Int, byUser: Bool = false) throws -> Bool {
        let before = mark(node)
        guard depth <= Self.depthLimit, before.isCandidate else { return false }
        if !byUser && !before.isChosen && before.isProtected { return false }
        if !before.isProtected && before.isChosen, try !isBroken(node) { return true }
        if follow, try !isSatisfiable(node) { return false }
        if byUser { marks[node, default: Mark()].isChosen = true }
        let mayFail = before.isProtected || byUser
        var failed = false
        let work = follow ? try openGroups(of: node) : []
        for group in work where group.isNegative {
            guard try !yieldConflicts(group, of: node, insist: before.isProtected, byUser: byUser) else { continue }
            if !mayFail { return false }
            failed = true
        }
        marks[node, default: Mark()].isChosen = true
        marks[node, default: Mark()].isProtected = true
        defer { if !before.isProtected { marks[node, default: Mark()].isProtected = false } }
        for group in work where !group.isNegative {
            guard try !satisfy(group, insist: before.isProtected, depth: depth) else { continue }
            failed = true
            if mayFail { continue }
            giveUp(node, .unmet(group))
            return false
        }
        return !failed
    }

    /// Whether each need could be met by some candidate at all; if not, the package is given up now.
    private mutating func isSatisfiable(_ node: Int) throws -> Bool {
        let needs = try universe.groups(of: node).filter { $0.isCritical && !$0.isNegative }
        guard let hopeless = needs.first(where: { !$0.targets.contains { $0.contains { mark($0).isCandidate } } })
        else { return true }
        if !mark(node).isProtected { giveUp(node, .unmet(hopeless)) }
        return false
    }

    /// The relations that need work: those that don't hold, and for a protected package all, to protect its needs too.
    private func openGroups(of node: Int) throws -> [DebianUniverse.Group] {
        let isProtected = mark(node).isProtected
        return try universe.groups(of: node).filter { counts($0) && (isProtected || !isMet($0)) }
    }

    mutating func giveUp(_ node: Int, _ reason: Refusal) {
        marks[node, default: Mark()].isChosen = false
        marks[node, default: Mark()].isCandidate = false
        if refusals[node] == nil { refusals[node] = reason }
    }

    /// Takes back what a negative relation forbids; a protected package's conflicts bar their targets for good.
    private mutating func yieldConflicts(
        _ group: DebianUniverse.Group, of node: Int, insist: Bool, byUser: Bool
    ) throws -> Bool {
        var failed = false
        for target in candidates(for: group) {
            if mark(target).isChosen {
                guard !mark(target).isProtected else {
                    failed = true
                    refusals[node] = refusals[node] ?? .conflict(with: target, group, declaredBy: node)
                    if insist || byUser { continue }
                    return false
                }
                marks[target, default: Mark()].isChosen = false
            }
            guard insist else { continue }
            giveUp(target, .conflict(with: node, group, declaredBy: node))
            marks[target, default: Mark()].isProtected = true
        }
        return !failed
    }

    /// Meets a need by the first candidate that can be chosen with all that it needs itself.
    private mutating func satisfy(_ group: DebianUniverse.Group, insist: Bool, depth: Int) throws -> Bool {
        let options = candidates(for: group)
        let isOnlyOne = insist && group.isCritical && options.count == 1
        if isMet(group) {
            guard isOnlyOne, !mark(options[0]).isProtected else { return true }
            marks[options[0], default: Mark()].isProtected = true
            return try choose(options[0], follow: true, depth: depth + 1)
        }
        for option in options where mark(option).isCandidate {
            if isOnlyOne {
                guard try choose(option, follow: false, depth: depth + 1) else { continue }
                marks[option, default: Mark()].isProtected = true
            }
            if try choose(option, follow: true, depth: depth + 1) { return true }
        }
        return !group.isCritical
    }

    /// Candidates for a relation over all its alternatives, in order; protected ones first within an alternative.
    func candidates(for group: DebianUniverse.Group) -> [Int] {
        var result: [Int] = []
        for targets in group.targets {
            let open = targets.filter { node in
                let mark = mark(node)
                return mark.isCandidate && (group.isNegative || !mark.isProtected || mark.isChosen)
            }
            let ordered = open.filter { mark($0).isProtected } + open.filter { !mark($0).isProtected }
            for node in ordered where result.last != node { result.append(node) }
        }
        return result
    }
}
