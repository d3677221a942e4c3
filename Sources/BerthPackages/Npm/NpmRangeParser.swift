/// Reads one alternative of a range into comparators, as npm's loose mode does: words it can't read do not count.
struct NpmRangeParser {
    private typealias Comparator = NpmRange.Comparator
    private typealias Partial = NpmPartial

    let withPrereleases: Bool
    private var bounds: [NpmRange.Comparator] = []
    private var sawWord = false

    init(withPrereleases: Bool) { self.withPrereleases = withPrereleases }

    /// The comparators, once read; nil where no word could be read.
    var set: [NpmRange.Comparator]? { sawWord ? bounds : nil }

    /// False for numbers that no version can hold.
    mutating func read(_ part: Substring) -> Bool {
        let words = part.split(separator: " ")
        if words.count == 3, words[1] == "-", let low = NpmPartial(words[0]), let high = NpmPartial(words[2]) {
            addLow(low)
            addHigh(high)
            sawWord = true
            return true
        }
        if words.isEmpty { sawWord = true }
        for word in Self.joined(words) { readWord(word) }
        return !bounds.contains { max($0.version.major, $0.version.minor, $0.version.patch) > NpmVersion.largest }
    }

    /// Operators that stand apart belong to what follows.
    private static func joined(_ words: [Substring]) -> [String] {
        var result: [String] = []
        var open = false
        for word in words {
            if open { result[result.count - 1] += word } else { result.append(String(word)) }
            open = ["<", ">", "<=", ">=", "=", "~", "~>", "^"].contains(result.last ?? "")
        }
        return result
    }

    private mutating func readWord(_ word: String) {
        for sign in ["^", "~>", "~", "<=", ">=", "<", ">", "=", ""] where word.hasPrefix(sign) {
            guard let partial = NpmPartial(word.dropFirst(sign.count)) else { return }
            sawWord = true
            switch sign {
            case "^": addCaret(partial)
            case "~", "~>": addTilde(partial)
            case "=", "": addEqual(partial)
            default: addRelation(Comparator.Relation(rawValue: sign) ?? .equal, partial)
            }
            return
        }
    }

    private mutating func add(_ relation: NpmRange.Comparator.Relation, _ version: NpmVersion) {
        // At or above the first release is no bound at all.
        let lowest = withPrereleases ? Self.zero(0, 0, 0) : NpmVersion(0, 0, 0)
        if relation == .atLeast, version == lowest { return }
        bounds.append(Comparator(relation: relation, version: version))
    }

    /// A lower bound: the first prerelease where prereleases count.
    private mutating func addFloor(_ major: Int, _ minor: Int, _ patch: Int, open: Bool = true) {
        add(.atLeast, withPrereleases && open ? Self.zero(major, minor, patch) : NpmVersion(major, minor, patch))
    }

    private mutating func addBelow(_ major: Int, _ minor: Int, _ patch: Int) {
        add(.less, Self.zero(major, minor, patch))
    }

    /// The very first prerelease of a release: nothing of the release lies below it.
    private static func zero(_ major: Int, _ minor: Int, _ patch: Int) -> NpmVersion {
        NpmVersion(major, minor, patch, [.number(0)])
    }
}

extension NpmRangeParser {
    private mutating func addCaret(_ partial: NpmPartial) {
        guard let major = partial.major else { return }
        guard let minor = partial.minor else {
            addFloor(major, 0, 0)
            return addBelow(major + 1, 0, 0)
        }
        if let patch = partial.patch {
            if partial.prerelease.isEmpty {
                addFloor(major, minor, patch, open: major == 0)
            } else {
                add(.atLeast, NpmVersion(major, minor, patch, partial.prerelease))
            }
            if major == 0, minor == 0 { return addBelow(0, 0, patch + 1) }
        } else {
            addFloor(major, minor, 0)
        }
        if major == 0 { addBelow(0, minor + 1, 0) } else { addBelow(major + 1, 0, 0) }
    }

    private mutating func addTilde(_ partial: NpmPartial) {
        guard let major = partial.major else { return }
        guard let minor = partial.minor else {
            addFloor(major, 0, 0, open: false)
            return addBelow(major + 1, 0, 0)
        }
        add(.atLeast, NpmVersion(major, minor, partial.patch ?? 0, partial.patch == nil ? [] : partial.prerelease))
        addBelow(major, minor + 1, 0)
    }

    private mutating func addEqual(_ partial: NpmPartial) {
        guard let major = partial.major else { return }
        guard let minor = partial.minor else {
            addFloor(major, 0, 0)
            return addBelow(major + 1, 0, 0)
        }
        guard let patch = partial.patch else {
            addFloor(major, minor, 0)
            return addBelow(major, minor + 1, 0)
        }
        add(.equal, NpmVersion(major, minor, patch, partial.prerelease))
    }

    private mutating func addRelation(_ relation: NpmRange.Comparator.Relation, _ partial: NpmPartial) {
        guard let major = partial.major else {
            // Nothing lies beyond everything.
            if relation == .less || relation == .more {
                bounds.append(.init(relation: .less, version: Self.zero(0, 0, 0)))
            }
            return
        }
        if let minor = partial.minor, let patch = partial.patch {
            return add(relation, NpmVersion(major, minor, patch, partial.prerelease))
        }
        let (nextMajor, nextMinor) = partial.minor.map { (major, $0 + 1) } ?? (major + 1, 0)
        switch relation {
        case .more: addFloor(nextMajor, nextMinor, 0)
        case .atMost: addBelow(nextMajor, nextMinor, 0)
        case .less: addBelow(major, partial.minor ?? 0, 0)
        default: addFloor(major, partial.minor ?? 0, 0)
        }
    }

    /// The left side of `1.2 - 2.3`.
    private mutating func addLow(_ partial: NpmPartial) {
        guard let major = partial.major else { return }
        if let minor = partial.minor, let patch = partial.patch, !partial.prerelease.isEmpty {
            return add(.atLeast, NpmVersion(major, minor, patch, partial.prerelease))
        }
        addFloor(major, partial.minor ?? 0, partial.minor == nil ? 0 : partial.patch ?? 0)
    }

    /// The right side of `1.2 - 2.3`.
    private mutating func addHigh(_ partial: NpmPartial) {
        guard let major = partial.major else { return }
        guard let minor = partial.minor else { return addBelow(major + 1, 0, 0) }
        guard let patch = partial.patch else { return addBelow(major, minor + 1, 0) }
        if withPrereleases, partial.prerelease.isEmpty { return addBelow(major, minor, patch + 1) }
        add(.atMost, NpmVersion(major, minor, patch, partial.prerelease))
    }
}

/// `1`, `1.2`, `1.x`, `1.2.3-beta`: a version of which parts may be missing.
struct NpmPartial {
    private(set) var major: Int?
    private(set) var minor: Int?
    private(set) var patch: Int?
    private(set) var prerelease: [NpmVersion.Identifier] = []

    /// Nil for what is neither a version nor the beginning of one.
    init?(_ text: Substring) {
        var scanner = NpmScanner(text)
        scanner.skipMarks()
        var parts: [Int?] = []
        repeat {
            if scanner.wildcard() {
                parts.append(nil)
            } else if let value = scanner.number() {
                parts.append(value)
            } else {
                return nil
            }
        } while parts.count < 3 && scanner.take(".")
        if parts.count == 3 {
            guard let found = scanner.rest() else { return nil }
            prerelease = found
        }
        guard scanner.isAtEnd else { return nil }
        major = parts[0]
        minor = major == nil || parts.count < 2 ? nil : parts[1]
        patch = minor == nil || parts.count < 3 ? nil : parts[2]
    }
}
