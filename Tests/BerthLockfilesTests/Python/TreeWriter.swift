import BerthDocument

/// Writes values as TOML or JSON in another order and layout at each call.
struct TreeWriter {
    var noise: LockfileNoise
    /// Lists whose order means something.
    var kept: Set<String> = []

    mutating func text(_ root: DocumentNode, _ isJSON: Bool) -> String {
        if isJSON { return json(root, "") }
        var lines: [String] = []
        for member in root.members.shuffled(using: &noise) {
            lines.append("\(quoted(member.key)) = \(toml(member.value)) # \(noise.next())")
        }
        return lines.joined(separator: Bool.random(using: &noise) ? "\n\n" : "\r\n") + "\n"
    }

    private mutating func toml(_ node: DocumentNode) -> String {
        switch node.kind {
        case .null: return "\"\""
        case .scalar(let text, quoted: true): return quoted(text)
        case .scalar(let text, quoted: false): return text
        case .sequence(let items):
            let texts = items.shuffled(using: &noise).map { toml($0) }
            return "[\n" + texts.map { "  \($0), # a note\n" }.joined() + "]"
        case .mapping(let members):
            let texts = members.shuffled(using: &noise).map { "\(quoted($0.key)) =  \(toml($0.value))" }
            return "{ " + texts.joined(separator: ",") + " }"
        }
    }

    private mutating func json(_ node: DocumentNode, _ key: String) -> String {
        switch node.kind {
        case .null: return "null"
        case .scalar(let text, quoted: true): return quoted(text)
        case .scalar(let text, quoted: false): return text
        case .sequence(let items):
            let order = kept.contains(key) ? items : items.shuffled(using: &noise)
            return "[" + order.map { json($0, "") }.joined(separator: " ,\n\t") + "]"
        case .mapping(let members):
            let texts = members.shuffled(using: &noise).map { "\(quoted($0.key)):\(json($0.value, $0.key))" }
            return "{\n" + texts.joined(separator: ",\r\n") + "}"
        }
    }

    private func quoted(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
}

extension DocumentNode {
    /// Each single value below with the way to it: `package[].name`.
    var leaves: [(way: String, text: String)] {
        switch kind {
        case .null: []
        case .scalar(let text, _): [("", text)]
        case .sequence(let items): items.flatMap(\.leaves).map { ("[]" + $0.way, $0.text) }
        case .mapping(let members):
            members.flatMap { member in member.value.leaves.map { ("." + member.key + $0.way, $0.text) } }
        }
    }

    /// The same with one leaf changed, the one of that number.
    func changing(_ leaf: inout Int) -> DocumentNode {
        switch kind {
        case .null: return self
        case .scalar(let text, let quoted):
            leaf -= 1
            return leaf == -1 ? DocumentNode(.scalar(Self.other(text, quoted), quoted: quoted), at: place) : self
        case .sequence(let items):
            return DocumentNode(.sequence(items.map { $0.changing(&leaf) }), at: place)
        case .mapping(let members):
            let changed = members.map { member in
                DocumentMember(key: member.key, place: member.place, value: member.value.changing(&leaf))
            }
            return DocumentNode(.mapping(changed), at: place)
        }
    }

    /// Another text of the same kind: truth turned, a last digit changed, else a letter more.
    private static func other(_ text: String, _ quoted: Bool) -> String {
        if text == "true" || text == "false" { return text == "true" ? "false" : "true" }
        guard let last = text.last, last.isHexDigit, !quoted || text.contains(where: \.isNumber) else {
            // A time ends in a letter that must stay.
            return quoted ? text + "x" : text.replacing("00Z", with: "01Z")
        }
        return text.dropLast() + (last == "0" ? "1" : "0")
    }
}
