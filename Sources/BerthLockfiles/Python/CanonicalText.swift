internal import BerthDocument

extension DocumentNode {
    /// The value as one text that does not depend on order and layout: lists and mappings sorted, texts in quotes.
    var canonical: String {
        switch kind {
        case .null: "null"
        case .scalar(let text, quoted: false): text
        case .scalar(let text, quoted: true): Self.inQuotes(text)
        case .sequence(let items): "[" + items.map(\.canonical).sorted().joined(separator: ", ") + "]"
        case .mapping(let members): Self.canonical(members)
        }
    }

    /// Members as one text, sorted by key; empty for none.
    static func canonical(_ members: some Sequence<DocumentMember>) -> String {
        let texts = members.map { name($0.key) + " = " + $0.value.canonical }
        return texts.isEmpty ? "" : "{" + texts.sorted().joined(separator: ", ") + "}"
    }

    /// Gives each single value below with its way of keys; each item of a list by itself, as order does not count.
    func leaves(_ way: String, _ take: (_ way: String, _ value: String) -> Void) {
        switch kind {
        case .null: take(way, "")
        case .scalar(let text, _): take(way, text)
        case .sequence(let items): for item in items { take(way, item.quoted ?? item.canonical) }
        case .mapping(let members): for member in members { member.value.leaves(way + "." + member.key, take) }
        }
    }

    /// A key, in quotes only where it could be mistaken.
    private static func name(_ key: String) -> String {
        let isBare = key.utf8.allSatisfy { unit in
            (0x30...0x39).contains(unit) || (0x41...0x5A).contains(unit) || (0x61...0x7A).contains(unit)
                || unit == 0x2D || unit == 0x5F
        }
        return isBare && !key.isEmpty ? key : inQuotes(key)
    }

    private static func inQuotes(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 == 0x22 || $0 == 0x5C }) else { return "\"\(text)\"" }
        return "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
}
