internal import BerthCache
internal import BerthLockfiles
internal import BerthReport
internal import BerthSystem

/// What `berth cache key` shows: keys, one a line, or all that went into each.
struct CacheKeysView: Report {
    private let keys: [ProfileKey]
    private let isExplained: Bool

    init(_ keys: [ProfileKey], isExplained: Bool) { (self.keys, self.isExplained) = (keys, isExplained) }

    private struct Facts: Encodable {
        let profile: String
        let key: CacheKey
        let restoreKeys: [CacheKey]
        let version: String
        let by: KeyMode
        let caches: String
        let toolchain: [KeyFacts.Fact]
        let choices: [String]
        let settings: [KeyFacts.Fact]
        let files: [KeyFacts.Source]
        let packages: Int
        let shape: Int

        init(_ key: ProfileKey) {
            (profile, self.key, restoreKeys, version) = (key.facts.profile, key.key, key.restoreKeys, key.version)
            (by, caches, toolchain) = (key.facts.mode, key.facts.caches.rawValue, key.facts.toolchain)
            (choices, settings, files) = (key.facts.choices, key.facts.settings, key.facts.files)
            (packages, shape) = (key.facts.packages.count, key.facts.shape.count)
        }
    }

    func encode(to encoder: any Encoder) throws { try ["keys": keys.map { Facts($0) }].encode(to: encoder) }

    var identifiers: [String] { keys.map(\.key.text) }

    var text: String {
        guard isExplained else { return identifiers.map(\.escaped).joined(separator: "\n") }
        return keys.map { Self.explained($0) }.joined(separator: "\n\n")
    }

    private static func explained(_ key: ProfileKey) -> String {
        let facts = key.facts
        var rows: [(String, String)] = []
        rows += key.restoreKeys.map { ("then tries", $0.text) }
        rows += facts.files.map { ("from", source($0, facts)) }
        if facts.mode == .packages {
            let shape = facts.caches == .tree ? ", and \(facts.shape.count) facts of the tree's shape" : ""
            rows.append(("together", "\(facts.packages.count) packages\(shape)"))
        }
        rows += facts.toolchain.map { ("toolchain", "\($0.name) \($0.value)") }
        rows += facts.choices.map { ("chosen", $0) }
        rows += facts.settings.map { ("setting", "\($0.name) = \($0.value)") }
        rows.append(("must equal", key.version))
        return ([key.key.text.escaped] + rows.map { "  \($0.0.padded(to: 11)) \($0.1.escaped)" }).joined(
            separator: "\n")
    }

    private static func source(_ source: KeyFacts.Source, _ facts: KeyFacts) -> String {
        if let digest = source.digest { return "\(source.name): sha256 \(digest)" }
        let shape = facts.caches == .tree ? ", \(source.shape) facts of shape" : ""
        return "\(source.name) (\(source.format ?? "")): \(source.packages) packages\(shape)"
    }
}

/// What `berth cache key --url` shows: keys that a service made, one a line.
struct MadeKeysView: Report {
    private let keys: [MadeKey]

    init(_ keys: [MadeKey]) { self.keys = keys }

    func encode(to encoder: any Encoder) throws { try ["keys": keys].encode(to: encoder) }

    var identifiers: [String] { keys.map(\.key.text) }

    var text: String { identifiers.map(\.escaped).joined(separator: "\n") }
}

/// What `berth cache key --diff` shows.
struct KeyDifferencesView: Report {
    private let names: [String]
    private let differences: [KeyDifference]

    init(names: [String], _ differences: [KeyDifference]) { (self.names, self.differences) = (names, differences) }

    private struct Package: Encodable {
        let name: String
        let version: String
        let source: String

        init(_ package: ExternalPackage) {
            (name, version, source) = (package.name, package.version, package.source)
        }
    }

    private struct Shape: Encodable {
        let subject: String
        let aspect: String
        let value: String

        init(_ fact: ShapeFact) { (subject, aspect, value) = (fact.subject, fact.aspect, fact.value) }
    }

    private struct Facts: Encodable {
        let profile: String
        let same: Bool
        let before: CacheKey
        let after: CacheKey
        let added: [Package]
        let removed: [Package]
        let changed: [KeyDifference.Change]
        let facts: [KeyDifference.Turn]
        let newShape: [Shape]
        let goneShape: [Shape]

        init(_ difference: KeyDifference) {
            profile = difference.before.facts.profile
            (same, before, after) = (difference.isSame, difference.before.key, difference.after.key)
            (added, removed) = (difference.added.map { .init($0) }, difference.removed.map { .init($0) })
            (changed, facts) = (difference.changed, difference.facts)
            (newShape, goneShape) = (difference.newShape.map { .init($0) }, difference.goneShape.map { .init($0) })
        }
    }

    func encode(to encoder: any Encoder) throws {
        try ["differences": differences.map { Facts($0) }].encode(to: encoder)
    }

    var identifiers: [String] { differences.filter { !$0.isSame }.map(\.before.facts.profile) }

    var text: String { differences.map { Self.text($0) }.joined(separator: "\n\n") }

    private static func text(_ difference: KeyDifference) -> String {
        let (before, after) = (difference.before, difference.after)
        guard !difference.isSame else {
            return "\(before.facts.profile): the same key\n  \(before.key.text.escaped)"
        }
        var lines = [
            "\(before.facts.profile): different keys", "  before \(before.key.text)", "  after  \(after.key.text)",
        ]
        lines += difference.facts.map { "  ~ \($0.name): \($0.before ?? "nothing") → \($0.after ?? "nothing")" }
        lines += difference.changed.map {
            "  ~ \($0.name) \($0.before.joined(separator: ", ")) → \($0.after.joined(separator: ", "))"
        }
        lines += difference.added.map { "  + \($0.name) \($0.version)" }
        lines += difference.removed.map { "  - \($0.name) \($0.version)" }
        lines += shape(difference.newShape, "+") + shape(difference.goneShape, "-")
        return lines.map(\.escaped).joined(separator: "\n")
    }

    /// Some are enough for people; JSON has all.
    private static func shape(_ facts: [ShapeFact], _ sign: String) -> [String] {
        let lines = facts.prefix(20)
            .map { fact in
                "  \(sign) shape: \(fact.subject) · \(fact.aspect)" + (fact.value.isEmpty ? "" : " · \(fact.value)")
            }
        return lines + (facts.count > 20 ? ["  \(sign) shape: and \(facts.count - 20) more"] : [])
    }
}
