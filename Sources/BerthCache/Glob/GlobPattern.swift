internal import BerthSystem

/// One line of a glob: names to take, or with `!` before it names to leave out, each with all that is below.
struct GlobPattern: Sendable, Hashable {
    let isNegated: Bool
    /// From the root of the file system on.
    let segments: [GlobSegment]

    /// The folders that a pattern may begin at, as names from the root on; both empty where there is only a tree.
    struct Origin: Sendable, Hashable {
        var root: [String] = []
        /// What `~` stands for; nil where a pattern may not say it.
        var home: [String]?
    }

    /// Reads a pattern; throws `.usage` for one with `.` or `..` in it, as @actions/glob does.
    init(_ text: String, from origin: Origin) throws {
        var (rest, negated) = (text.trimmed, false)
        while rest.hasPrefix("!") {
            negated.toggle()
            rest = String(rest.dropFirst()).trimmed
        }
        var names = rest.split(separator: "/").map { String($0) }
        var start = rest.hasPrefix("/") ? [] : origin.root
        if !rest.hasPrefix("/") {
            if names.first == "." {
                names.removeFirst()
            } else if names.first == "~", let home = origin.home {
                (start, names) = (home, Array(names.dropFirst()))
            }
        }
        guard !rest.isEmpty, !names.contains("."), !names.contains("..") else {
            throw BerthError(
                .usage, "\"\(text.escaped)\" is no pattern",
                remedy: "write it from the checkout's folder on, without . and .. in it, such as **/requirements*.txt")
        }
        isNegated = negated
        segments = start.map { .literal($0) } + names.map { GlobSegment($0) }
    }

    /// The names before the first wildcard: where a search has to begin.
    var literalNames: [String] {
        var names: [String] = []
        for segment in segments {
            guard case .literal(let name) = segment else { break }
            names.append(name)
        }
        return names
    }

    /// Places in `segments` that can be reached without any name: a place, and those behind each `**` from there on.
    func reach(_ places: some Sequence<Int>) -> Set<Int> {
        var reached: Set<Int> = []
        for var place in places {
            reached.insert(place)
            while place < segments.count, segments[place] == .anyNames {
                place += 1
                reached.insert(place)
            }
        }
        return reached
    }

    /// The places after one more name.
    func step(_ places: Set<Int>, _ name: String) -> Set<Int> {
        reach(
            places.compactMap { place in
                guard place < segments.count, segments[place].matches(name) else { return nil }
                return segments[place] == .anyNames ? place : place + 1
            })
    }
}

extension String {
    /// Without white space at both ends.
    var trimmed: String {
        let start = drop { $0.isWhitespace }
        return String(start.reversed().drop { $0.isWhitespace }.reversed())
    }
}
