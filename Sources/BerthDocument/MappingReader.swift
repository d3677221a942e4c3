/// Reads one mapping by key: what is missing, of another kind or not known becomes a fault, and reading goes on.
///
/// Ask for each key that the mapping may have, then call `finish()`: keys never asked for are not known.
package final class MappingReader {
    /// Where the mapping begins.
    package let place: DocumentPlace
    package let faults: Faults
    private let members: [DocumentMember]
    private let name: String
    private var asked: [String] = []

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
    }

    /// Whether the key stands there, with a value or without.
    package func has(_ key: String) -> Bool { members.contains { $0.key == key } }

    /// Where a key stands; the mapping itself when it does not.
    package func place(of key: String) -> DocumentPlace { members.first { $0.key == key }?.place ?? place }

    /// The keys in the order of the file.
    package var keys: [String] { members.map(\.key) }

    /// A key's value as it stands; a key without a value is a fault and counts as absent.
    package func node(_ key: String, required: Bool = false) -> DocumentNode? {
        if !asked.contains(key) { asked.append(key) }
        guard let member = members.first(where: { $0.key == key }) else {
            if required { faults.add("the key \"\(key)\" is missing", at: place) }
            return nil
        }
        if case .null = member.value.kind {
            faults.add("\"\(key)\" has no value; give it one or remove the key", at: member.place)
            return nil
        }
        return member.value
    }

    /// Notes a fault at a key's value.
    package func fault(_ key: String, _ message: String) {
        faults.add(message, at: members.first { $0.key == key }?.value.place ?? place)
    }

    /// Notes each key that no one asked for, with the nearest known one.
    package func finish() {
        for member in members where !asked.contains(member.key) {
            let hint = Suggestion.text(for: member.key, among: asked.sorted())
            let known = hint.isEmpty && !asked.isEmpty ? "; known here: \(asked.sorted().joined(separator: ", "))" : ""
            faults.add("\"\(member.key)\" is not a known key of \(name)\(hint)\(known)", at: member.place)
        }
    }
}
