/// A range of versions in npm's grammar: `^1.2`, `~1.2.3`, `1.x`, `>=1 <2`, `1.2 - 2.3`, `1 || 2`.
package struct NpmRange: Sendable, Hashable {
    /// One bound; nil bounds admit everything.
    struct Comparator: Sendable, Hashable {
        enum Relation: String, Sendable {
            case less = "<"
            case atMost = "<="
            case equal = ""
            case atLeast = ">="
            case more = ">"
        }
        let relation: Relation
        let version: NpmVersion

        func admits(_ other: NpmVersion) -> Bool {
            switch relation {
            case .less: other < version
            case .atMost: other <= version
            case .equal: other == version
            case .atLeast: other >= version
            case .more: other > version
            }
        }
    }

    /// Any of the sets must fit, and of a set every comparator; an empty set admits every release.
    private let sets: [[Comparator]]
    /// As written.
    package let text: String
    private let withPrereleases: Bool

    /// Nil for what is no range; `withPrereleases` lets them in like releases, as npm does for `engines`.
    package init?(_ text: some StringProtocol, withPrereleases: Bool = false) {
        var sets: [[Comparator]] = []
        for part in Self.alternatives(text) {
            var parser = NpmRangeParser(withPrereleases: withPrereleases)
            guard parser.read(part) else { return nil }
            if let set = parser.set { sets.append(set) }
        }
        guard !sets.isEmpty else { return nil }
        if sets.contains(where: \.isEmpty) { sets = [[]] }
        self.sets = sets
        self.text = String(text)
        self.withPrereleases = withPrereleases
    }

    /// The texts between `||`.
    private static func alternatives(_ text: some StringProtocol) -> [Substring] {
        let words = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        var parts: [Substring] = []
        var rest = words[...]
        while let bar = rest.firstRange(of: "||") {
            parts.append(rest[..<bar.lowerBound])
            rest = rest[bar.upperBound...]
        }
        return parts + [rest]
    }

    /// Whether a version lies in the range; prereleases only where the range names one of the same release.
    package func contains(_ version: NpmVersion) -> Bool {
        sets.contains { set in
            guard set.allSatisfy({ $0.admits(version) }) else { return false }
            if version.prerelease.isEmpty || withPrereleases { return true }
            return set.contains { bound in
                !bound.version.prerelease.isEmpty
                    && (bound.version.major, bound.version.minor, bound.version.patch)
                        == (version.major, version.minor, version.patch)
            }
        }
    }

    /// Whether every release lies in it.
    package var isAny: Bool { sets == [[]] }
}
