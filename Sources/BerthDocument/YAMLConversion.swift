internal import Yams

/// Yams' tree to ours, refusing the parts of YAML that a file people review should not have.
struct YAMLConversion {
    /// Deeper than any recipe or profile; keeps recursion here and in readers small.
    private static let deepest = 100

    let file: String
    let faults: Faults
    let aliases: YAMLAliases
    private let budget: NodeBudget

    init(file: String, faults: Faults, aliases: YAMLAliases) {
        (self.file, self.faults, self.aliases) = (file, faults, aliases)
        budget = NodeBudget(aliases)
    }

    func node(_ source: Node, depth: Int = 0) -> DocumentNode {
        let place = place(source.mark)
        guard depth < Self.deepest else { return refuse("more than \(Self.deepest) levels of nesting", place) }
        // An alias arrives as a copy of its anchored node. Not going into it also keeps a few lines of
        // nested aliases from growing to gigabytes.
        if source.anchor != nil, aliases == .refused {
            return refuse("anchors and aliases are not supported; write the value out", place)
        }
        guard budget.take() else {
            if budget.isFirstRefusal { faults.add(AliasGrowth.message, at: place) }
            return DocumentNode(.null, at: place)
        }
        switch source {
        case .scalar(let scalar): return DocumentNode(self.scalar(scalar, place), at: place)
        case .sequence(let sequence):
            checkTag(source, usual: "tag:yaml.org,2002:seq", place)
            return DocumentNode(.sequence(sequence.map { node($0, depth: depth + 1) }), at: place)
        case .mapping(let mapping):
            checkTag(source, usual: "tag:yaml.org,2002:map", place)
            return DocumentNode(.mapping(mapping.compactMap { member($0.key, $0.value, depth) }), at: place)
        case .alias: return refuse("aliases are not supported; write the value out", place)
        }
    }

    private func scalar(_ scalar: Node.Scalar, _ place: DocumentPlace) -> DocumentNode.Kind {
        let plain = scalar.style == .plain
        checkTag(.scalar(scalar), usual: "tag:yaml.org,2002:str", place)
        if plain, ["", "~", "null", "Null", "NULL"].contains(scalar.string) { return .null }
        return .scalar(scalar.string, quoted: !plain)
    }

    private func member(_ key: Node, _ value: Node, _ depth: Int) -> DocumentMember? {
        let place = place(key.mark)
        guard case .scalar(let scalar) = key, key.anchor == nil || aliases != .refused else {
            faults.add("a key is a plain word, not a list, mapping or alias", at: place)
            return nil
        }
        var name = scalar.string
        if name.last == DuplicateKeys.sign {
            while name.last == DuplicateKeys.sign { name.removeLast() }
            faults.add("the key \"\(name)\" stands here a second time", at: place)
            return nil
        }
        if scalar.style == .plain, name == "<<" {
            faults.add("merging with << is not supported; write the keys out", at: place)
            return nil
        }
        return DocumentMember(key: name, place: place, value: node(value, depth: depth + 1))
    }

    private func checkTag(_ node: Node, usual: String, _ place: DocumentPlace) {
        let tag = node.tag.description
        guard tag != usual else { return }
        faults.add("the tag \(tag) is not supported; leave it out", at: place)
    }

    private func refuse(_ message: String, _ place: DocumentPlace) -> DocumentNode {
        faults.add(message, at: place)
        return DocumentNode(.null, at: place)
    }

    private func place(_ mark: Mark?) -> DocumentPlace {
        DocumentPlace(file: file, line: mark?.line ?? 1, column: mark?.column ?? 1)
    }
}
