extension MappingReader {
    /// A text, as written: `3.10` and `no` need no quotes; an empty one is a fault.
    package func string(_ key: String, required: Bool = false) -> String? {
        guard let node = node(key, required: required) else { return nil }
        return scalar(node, key)
    }

    /// A text out of a few; a fault names the nearest.
    package func choice(_ key: String, of choices: [String], required: Bool = false) -> String? {
        guard let text = string(key, required: required) else { return nil }
        if choices.contains(text) { return text }
        let hint = Suggestion.text(for: text, among: choices)
        fault(
            key,
            "\"\(text)\" is not a value of \"\(key)\""
                + (hint.isEmpty ? "; one of: \(choices.joined(separator: ", "))" : hint))
        return nil
    }

    /// A whole number within bounds, in decimal digits.
    package func integer(_ key: String, in bounds: ClosedRange<Int>, required: Bool = false) -> Int? {
        guard let node = node(key, required: required), let text = scalar(node, key) else { return nil }
        guard let value = Int(text) else {
            faults.add("\"\(key)\" is a whole number, not \"\(text)\"", at: node.place)
            return nil
        }
        guard bounds.contains(value) else {
            faults.add("\"\(key)\" lies between \(bounds.lowerBound) and \(bounds.upperBound)", at: node.place)
            return nil
        }
        return value
    }

    /// `true` or `false`, nothing else: `no` and `off` are texts here.
    package func boolean(_ key: String, required: Bool = false) -> Bool? {
        guard let node = node(key, required: required) else { return nil }
        switch node.kind {
        case .scalar("true", quoted: false): return true
        case .scalar("false", quoted: false): return false
        default:
            faults.add("\"\(key)\" is true or false", at: node.place)
            return nil
        }
    }

    /// A list of texts with their places; an empty list is a fault, `[]` stands for nothing when the key is left out.
    package func placedStrings(
        _ key: String, required: Bool = false, allowEmpty: Bool = false
    ) -> [(text: String, place: DocumentPlace)]? {
        sequence(key, required: required, allowEmpty: allowEmpty)?
            .compactMap { item in
                guard let text = scalar(item, key) else { return nil }
                return (text, item.place)
            }
    }

    /// A list of texts.
    package func strings(_ key: String, required: Bool = false, allowEmpty: Bool = false) -> [String]? {
        placedStrings(key, required: required, allowEmpty: allowEmpty)?.map(\.text)
    }

    /// A mapping below; its reader notes faults in the same place.
    package func mapping(_ key: String, required: Bool = false) -> MappingReader? {
        node(key, required: required).map { MappingReader($0, faults, name: "\"\(key)\"") }
    }

    /// A list of mappings.
    package func mappings(_ key: String, required: Bool = false, allowEmpty: Bool = false) -> [MappingReader]? {
        sequence(key, required: required, allowEmpty: allowEmpty)?
            .map { MappingReader($0, faults, name: "an item of \"\(key)\"") }
    }

    /// The items of a list.
    package func sequence(_ key: String, required: Bool = false, allowEmpty: Bool = false) -> [DocumentNode]? {
        guard let node = node(key, required: required) else { return nil }
        guard case .sequence(let items) = node.kind else {
            faults.add("\"\(key)\" is a list, not \(node.kindName)", at: node.place)
            return nil
        }
        if items.isEmpty && !allowEmpty {
            faults.add("\"\(key)\" is an empty list; give it items or remove the key", at: node.place)
        }
        return items
    }

    /// A mapping with keys of the writer's choice (environment, labels) to texts, which may be empty in quotes.
    package func pairs(_ key: String, required: Bool = false) -> [(key: String, text: String, place: DocumentPlace)]? {
        guard let node = node(key, required: required) else { return nil }
        guard case .mapping(let members) = node.kind else {
            faults.add("\"\(key)\" is a mapping of names to texts, not \(node.kindName)", at: node.place)
            return nil
        }
        return members.compactMap { member in
            guard let text = member.value.text else {
                faults.add(
                    "\"\(member.key)\" has \(member.value.kindName) where a text is expected", at: member.value.place)
                return nil
            }
            return (member.key, text, member.place)
        }
    }

    private func scalar(_ node: DocumentNode, _ key: String) -> String? {
        guard let text = node.text else {
            faults.add("\"\(key)\" has \(node.kindName) where a text is expected", at: node.place)
            return nil
        }
        guard !text.isEmpty else {
            faults.add("\"\(key)\" has an empty text", at: node.place)
            return nil
        }
        return text
    }
}
