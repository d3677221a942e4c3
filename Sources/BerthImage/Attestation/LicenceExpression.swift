internal import BerthArchive

/// A licence as SPDX writes it (SPDX 2.3, annex D): known names by their identifiers, others as references of ours.
package struct LicenceExpression: Sendable, Equatable {
    /// `GPL-2.0-or-later AND (MIT OR LicenseRef-public-domain)`.
    package let text: String
    /// The package's own words behind each `LicenseRef-…`.
    package let references: [String: String]

    /// All of a package's own expressions together; nil when it states none.
    package init?(_ words: [String]) {
        let terms = words.map { LicenceParser.parse($0) }
        guard !terms.isEmpty else { return nil }
        let all = LicenceTerm.and(terms).simplified
        text = all.text
        references = Dictionary(all.references) { first, _ in first }
    }
}

/// The tree of an expression.
indirect enum LicenceTerm: Equatable {
    case known(String)
    case other(String)
    case and([LicenceTerm])
    case or([LicenceTerm])

    /// Without nesting of equals and repetition.
    var simplified: LicenceTerm {
        switch self {
        case .known, .other: self
        case .and(let terms):
            Self.joined(terms.map(\.simplified).flatMap { if case .and(let inner) = $0 { inner } else { [$0] } }) {
                .and($0)
            }
        case .or(let terms):
            Self.joined(terms.map(\.simplified).flatMap { if case .or(let inner) = $0 { inner } else { [$0] } }) {
                .or($0)
            }
        }
    }

    private static func joined(_ terms: [LicenceTerm], _ make: ([LicenceTerm]) -> LicenceTerm) -> LicenceTerm {
        var seen: Set<String> = []
        let once = terms.filter { seen.insert($0.text).inserted }
        return once.count == 1 ? once[0] : make(once)
    }

    var text: String {
        switch self {
        case .known(let id): id
        case .other(let name): Self.reference(name)
        case .and(let terms):
            terms.map { if case .or = $0 { "(\($0.text))" } else { $0.text } }.joined(separator: " AND ")
        case .or(let terms):
            terms.map { if case .and = $0 { "(\($0.text))" } else { $0.text } }.joined(separator: " OR ")
        }
    }

    var references: [(String, String)] {
        switch self {
        case .known: []
        case .other(let name): [(Self.reference(name), name)]
        case .and(let terms), .or(let terms): terms.flatMap(\.references)
        }
    }

    /// Letters, digits, dots and hyphens of a name; a long one is cut and told apart by its digest.
    private static func reference(_ name: String) -> String {
        let words = name.split { !($0.isASCII && ($0.isLetter || $0.isNumber || $0 == "." || $0 == "+")) }
        let plain = words.map { $0.replacing("+", with: "-or-later") }.joined(separator: "-")
        if !plain.isEmpty && plain.utf8.count <= 60 { return "LicenseRef-\(plain)" }
        return "LicenseRef-\(plain.prefix(40))-\(Digest.of(name).short)"
    }
}
