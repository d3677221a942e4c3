/// Reads one mapping by key: what is missing, of another kind or not known becomes a fault, and reading goes on.
///
/// Ask for each key that the mapping may have, then call `finish()`: keys never asked for are not known.
package final class MappingReader {
    /// Where the mapping begins.
    package let place: DocumentPlace
    package let faults: Faults
    private let members: [DocumentMember]
    private let name: String
    private var asked: Set<String> = []
    /// Where each key stands in `members`; only for mappings too long to look through for each key.
    private let positions: [String: Int]?

    /// A reader over a node that must be a mapping; else a fault is noted and the reader is empty.
    package init(_ node: DocumentNode, _ faults: Faults, name: String = "the file") {
        place = node.place
        self.faults = faults
        self.name = name
        if case .mapping(let members) = node.kind {
            self.members = members
        } else {
            members = []
            faults.add("\(name) holds \(node.kindName) where a mapping of keys is expected", at: node.place)
        }
        positions = members.count > 16 ? Self.positions(members) : nil
    }

    private static func positions(_ members: [DocumentMember]) -> [String: Int] {
        Dictionary(members.enumerated().map { ($0.element.key, $0.offset) }) { first, _ in first }
    }

    private func member(_ key: String) -> DocumentMember? {
        guard let positions else { return members.first { $0.key == key } }
        return positions[key].map { members[$0] }
    }

    /// Whether the key stands there, with a value or without.
    package func has(_ key: String) -> Bool { member(key) != nil }

    /// Where a key stands; the mapping itself when it does not.
    package func place(of key: String) -> DocumentPlace { member(key)?.place ?? place }

    /// The keys in the order of the file.
    package var keys: [String] { members.map(\.key) }

    /// A key's value as it stands; a key without a value is a fault and counts as absent.
    package func node(_ key: String, required: Bool = false) -> DocumentNode? {
        asked.insert(key)
        guard let member = member(key) else {
            if required { faults.add("the key \"\(key)\" is missing", at: place) }
            return nil
        }
        if case .null = member.value.kind {
            faults.add("\"\(key)\" has no value; give it one or remove the key", at: member.place)
            return nil
        }
        return member.value
    }

    /// A key's value where having none means something too (`push:`); nil where the key does not stand there.
    package func nodeOrNull(_ key: String) -> DocumentNode? {
        asked.insert(key)
        return member(key)?.value
    }

    /// Notes a fault at a key's value.
    package func fault(_ key: String, _ message: String) {
        faults.add(message, at: member(key)?.value.place ?? place)
    }

    /// Notes each key that no one asked for, with the nearest known one.
    package func finish() { finish(knowing: asked) }

    /// Notes each key that is none of these, with the nearest of them.
    package func finish(knowing known: Set<String>) {
        let sorted = known.sorted()
        for member in members where !known.contains(member.key) {
            let hint = Suggestion.text(for: member.key, among: sorted)
            let known = hint.isEmpty && !sorted.isEmpty ? "; known here: \(sorted.joined(separator: ", "))" : ""
            faults.add("\"\(member.key)\" is not a known key of \(name)\(hint)\(known)", at: member.place)
        }
    }
}
