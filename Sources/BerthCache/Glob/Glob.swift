/// Patterns that together choose names, the last one that fits counts: the rules of @actions/glob, by which GitHub's
/// `hashFiles` finds its files.
package struct Glob: Sendable, Hashable {
    let patterns: [GlobPattern]
    let origin: GlobPattern.Origin
    /// The patterns as they stand.
    let lines: [String]

    /// Reads patterns, one a line; empty lines and those with `#` first count for nothing.
    init(_ lines: [String], from origin: GlobPattern.Origin) throws {
        self.origin = origin
        self.lines = lines.flatMap { $0.split(separator: "\n") }.map { String($0).trimmed }
            .filter { !$0.isEmpty && !$0.hasPrefix("#") }
        patterns = try self.lines.map { try GlobPattern($0, from: origin) }
    }

    /// Patterns of one tree, whose names begin at its root.
    package init(inTree lines: [String]) throws { try self.init(lines, from: .init()) }

    package var isEmpty: Bool { patterns.isEmpty }

    /// How far each pattern has come on the way to a name.
    package struct State: Sendable {
        fileprivate(set) var places: [Set<Int>]
        fileprivate(set) var matched: [Bool]
    }

    /// The state at the origin's root.
    package var start: State {
        var state = State(places: patterns.map { $0.reach([0]) }, matched: [])
        state.matched = zip(patterns, state.places).map { $1.contains($0.segments.count) }
        for name in origin.root { state = step(state, name) }
        return state
    }

    /// The state one name deeper; what was matched above stays so, as a pattern stands for all below too.
    package func step(_ state: State, _ name: String) -> State {
        var next = state
        for (index, pattern) in patterns.enumerated() where !state.matched[index] {
            next.places[index] = pattern.step(state.places[index], name)
            next.matched[index] = next.places[index].contains(pattern.segments.count)
        }
        return next
    }

    /// Whether the name that led to a state is chosen.
    package func isChosen(_ state: State) -> Bool {
        patterns.indices.last { state.matched[$0] }.map { !patterns[$0].isNegated } ?? false
    }

    /// Whether something below may be chosen: where a pattern leaves all of it out, only later ones can take it back.
    package func mayHold(_ state: State) -> Bool {
        let left = patterns.indices.last { patterns[$0].isNegated && state.matched[$0] }
        return patterns.indices.contains { index in
            index > left ?? -1 && !patterns[index].isNegated
                && (state.matched[index] || !state.places[index].isEmpty)
        }
    }

    /// Whether a path below the origin's root is chosen.
    package func chooses(_ path: String) -> Bool {
        isChosen(path.split(separator: "/").reduce(start) { step($0, String($1)) })
    }
}

extension Glob {
    /// The folders below the root that a search begins at, in its order: what stands before the first wildcard of each
    /// pattern, without those that lie in another one.
    var searches: [[String]] {
        let starts = patterns.filter { !$0.isNegated }.map(\.literalNames)
        var found: [[String]] = []
        for start in starts where !found.contains(start) {
            let isInside = starts.contains { $0.count < start.count && start.starts(with: $0) }
            if !isInside { found.append(start) }
        }
        return found.compactMap { start in
            if origin.root.starts(with: start) { return [] }
            return start.starts(with: origin.root) ? Array(start.dropFirst(origin.root.count)) : nil
        }
    }

    /// Paths below the root in the order in which @actions/glob gives them: search by search, each depth first with the
    /// names of a folder by bytes (libuv sorts what it reads).
    package func ordered(_ paths: some Sequence<String>) -> [String] {
        let searches = searches
        let split = paths.map { path in
            let names = path.split(separator: "/").map { String($0) }
            return (path: path, names: names, search: searches.firstIndex { names.starts(with: $0) } ?? searches.count)
        }
        return split.sorted { left, right in
            if left.search != right.search { return left.search < right.search }
            return Self.precedes(left.names, right.names)
        }
        .map(\.path)
    }

    private static func precedes(_ left: [String], _ right: [String]) -> Bool {
        for (own, other) in zip(left, right) where !own.utf8.elementsEqual(other.utf8) {
            return own.utf8.lexicographicallyPrecedes(other.utf8)
        }
        return left.count < right.count
    }
}
