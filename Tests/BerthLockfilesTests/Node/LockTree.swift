import BerthDocument

@testable import BerthLockfiles

/// A lockfile's tree, for a test to change; written as JSON, which is YAML as well.
struct LockTree {
    indirect enum Node {
        case mapping([(key: String, value: Node)])
        case sequence([Node])
        case scalar(String, quoted: Bool)
    }

    /// A way to one value: positions from the root on.
    typealias Path = [Int]

    var documents: [Node]

    init(_ bytes: [UInt8], _ format: LockfileFormat) throws {
        if format == .packageLock {
            documents = [Self.node(try JSONDocument(bytes, file: "f").root)]
        } else {
            let faults = Faults()
            documents = try YAMLStream(bytes, file: "f", faults: faults, limit: 64 << 20).documents.map(Self.node)
        }
    }

    private init(documents: [Node]) { self.documents = documents }

    private static func node(_ source: DocumentNode) -> Node {
        switch source.kind {
        case .mapping(let members): .mapping(members.map { ($0.key, node($0.value)) })
        case .sequence(let items): .sequence(items.map(node))
        case .scalar(let text, let quoted): .scalar(text, quoted: quoted)
        case .null: .scalar("null", quoted: false)
        }
    }

    /// The same with the keys of each mapping, and the items of each list, in reverse order.
    func reversed() -> LockTree { LockTree(documents: documents.map(Self.reversed)) }

    private static func reversed(_ node: Node) -> Node {
        switch node {
        case .mapping(let members): .mapping(members.reversed().map { ($0.key, reversed($0.value)) })
        case .sequence(let items): .sequence(items.reversed().map(reversed))
        case .scalar: node
        }
    }

    var text: String {
        documents.count == 1
            ? Self.text(documents[0]) : documents.map { "---\n# a comment\n" + Self.text($0) + "\n" }.joined()
    }

    private static func text(_ node: Node) -> String {
        switch node {
        case .mapping(let members):
            "{"
                + members.map { "\(quoted($0.key)):\t\(text($0.value))".replacing("\t", with: " ") }
                .joined(separator: ",\n ") + "}"
        case .sequence(let items): "[" + items.map(text).joined(separator: ", ") + "]"
        case .scalar(let text, let isQuoted): isQuoted || !isWord(text) ? quoted(text) : text
        }
    }

    private static func isWord(_ text: String) -> Bool { ["true", "false", "null"].contains(text) || Int(text) != nil }

    private static func quoted(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
}

extension LockTree {
    /// A tree with one thing changed, and the keys that led there.
    struct Change: CustomStringConvertible {
        let keys: [String]
        let text: String
        var description: String { keys.joined(separator: " › ") }
    }

    /// Each value of the tree changed once, and each member and item left out once.
    func changes() -> [Change] {
        documents.indices.flatMap { index in
            Self.changes(documents[index], []).map { keys, node in
                var changed = self
                changed.documents[index] = node
                return Change(keys: keys, text: changed.text)
            }
        }
    }

    private typealias Found = (keys: [String], node: Node)

    private static func changes(_ node: Node, _ keys: [String]) -> [Found] {
        switch node {
        case .scalar(let text, let quoted): [(keys, .scalar(changed(text, quoted), quoted: quoted))]
        case .sequence(let items): changes(of: items, keys)
        case .mapping(let members): changes(of: members, keys)
        }
    }

    private static func changed(_ text: String, _ quoted: Bool) -> String {
        if !quoted, text == "true" { return "false" }
        return !quoted && Int(text) != nil ? text + "1" : text + "z"
    }

    private static func changes(of items: [Node], _ keys: [String]) -> [Found] {
        var found: [Found] = []
        for index in items.indices {
            for change in changes(items[index], keys) {
                var copy = items
                copy[index] = change.node
                found.append((change.keys, .sequence(copy)))
            }
            var shorter = items
            shorter.remove(at: index)
            found.append((keys, .sequence(shorter)))
        }
        return found
    }

    private static func changes(of members: [(key: String, value: Node)], _ keys: [String]) -> [Found] {
        var found: [Found] = []
        for index in members.indices {
            let below = keys + [members[index].key]
            for change in changes(members[index].value, below) {
                var copy = members
                copy[index].value = change.node
                found.append((change.keys, .mapping(copy)))
            }
            var shorter = members
            shorter.remove(at: index)
            found.append((below + ["(left out)"], .mapping(shorter)))
        }
        return found
    }
}
