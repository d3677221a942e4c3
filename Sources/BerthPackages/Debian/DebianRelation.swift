internal import BerthSystem

/// One wish of a relation field: a package name, perhaps with an architecture qualifier and a version (policy §7.1).
package struct DebianRelation: Sendable, Equatable {
    /// How a version must stand to the one that is named.
    package enum Comparison: String, Sendable {
        case earlier = "<<"
        case earlierOrEqual = "<="
        case equal = "="
        case laterOrEqual = ">="
        case later = ">>"
    }

    /// What follows the name after a colon.
    package enum Qualifier: Sendable, Equatable {
        case none
        case any
        case native
        case architecture(String)
    }

    /// A comparison with its version.
    package struct Requirement: Sendable, Equatable {
        package let comparison: Comparison
        package let version: DebianVersion

        /// Whether a version meets it.
        package func isMet(by candidate: DebianVersion) -> Bool {
            switch comparison {
            case .earlier: candidate < version
            case .earlierOrEqual: candidate <= version
            case .equal: candidate == version
            case .laterOrEqual: candidate >= version
            case .later: candidate > version
            }
        }
    }

    package let name: String
    package let qualifier: Qualifier
    package let requirement: Requirement?
}

extension DebianRelation: CustomStringConvertible {
    /// As the field writes it: `libc6:any (>= 2.36)`.
    package var description: String {
        let suffix =
            switch qualifier {
            case .none: ""
            case .any: ":any"
            case .native: ":native"
            case .architecture(let name): ":\(name)"
            }
        guard let requirement else { return name + suffix }
        return "\(name)\(suffix) (\(requirement.comparison.rawValue) \(requirement.version))"
    }
}

/// One element of a relation field: alternatives, of which one is enough.
package struct DebianDependency: Sendable, Equatable {
    package let alternatives: [DebianRelation]

    /// Reads a whole field; throws `.damaged` where it breaks the grammar.
    package static func parse(_ field: String) throws -> [DebianDependency] {
        try field.split(separator: ",").compactMap { element in
            let alternatives = try element.split(separator: "|").compactMap { try DebianRelation(parsing: $0) }
            return alternatives.isEmpty ? nil : DebianDependency(alternatives: alternatives)
        }
    }
}

extension DebianDependency: CustomStringConvertible {
    package var description: String { alternatives.map(\.description).joined(separator: " | ") }
}

extension DebianRelation {
    /// Reads `name[:qualifier] [(op version)]`; nil for a blank.
    init?(parsing text: Substring) throws {
        let parts = text.split(separator: "(", maxSplits: 1)
        let words = parts.first?.split(whereSeparator: \.isWhitespace) ?? []
        guard !words.isEmpty else {
            if parts.count > 1 { throw Self.refused(text) }
            return nil
        }
        guard words.count == 1 else { throw Self.refused(text) }
        let names = words[0].split(separator: ":", maxSplits: 1)
        name = String(names[0])
        qualifier = names.count > 1 ? Qualifier(names[1]) : .none
        requirement = parts.count > 1 ? try Self.requirement(parts[1], of: text) : nil
    }

    private static func requirement(_ text: Substring, of whole: Substring) throws -> Requirement {
        guard let close = text.firstIndex(of: ")") else { throw refused(whole) }
        let inside = text[..<close].drop(while: \.isWhitespace)
        let symbol = inside.prefix { "<>=".contains($0) }
        let version = inside.dropFirst(symbol.count).split(whereSeparator: \.isWhitespace)
        guard version.count == 1, let comparison = comparison(symbol) else { throw refused(whole) }
        return Requirement(comparison: comparison, version: try DebianVersion(version[0]))
    }

    /// `<` and `>` alone are the old spelling of `<=` and `>=` (policy §7.1, footnote).
    private static func comparison(_ symbol: Substring) -> Comparison? {
        switch symbol {
        case "<": .earlierOrEqual
        case ">": .laterOrEqual
        default: Comparison(rawValue: String(symbol))
        }
    }

    private static func refused(_ text: Substring) -> BerthError {
        BerthError(.damaged, "\"\(String(text.prefix(120)).escaped)\" is not a package relation")
    }
}

extension DebianRelation.Qualifier {
    fileprivate init(_ text: Substring) {
        switch text {
        case "any": self = .any
        case "native": self = .native
        default: self = .architecture(String(text))
        }
    }
}
