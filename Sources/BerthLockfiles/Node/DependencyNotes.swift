internal import BerthDocument

/// Collects what a lockfile says, each text in one line and without credentials.
struct DependencyNotes {
    private var packages: [ExternalPackage] = []
    private var facts: [ShapeFact] = []

    /// Notes a package from outside of the project; `address` as the lockfile has it.
    mutating func package(_ name: String, _ version: String, integrity: [String], address: String) {
        packages.append(
            ExternalPackage(
                name: PlainText.line(name), version: PlainText.line(version), integrity: integrity.map(PlainText.line),
                source: SourceAddress.source(address, hasIntegrity: !integrity.isEmpty)))
    }

    /// Notes what shapes the tree.
    mutating func fact(_ subject: String, _ aspect: String, _ value: String = "") {
        facts.append(ShapeFact(PlainText.line(subject), PlainText.line(aspect), PlainText.line(value)))
    }

    /// Notes a value of any kind: a fact for each scalar below it, under the keys that lead there.
    ///
    /// Lists count as sets, mappings without a key and empty lists as nothing: the package managers write them so.
    mutating func facts(_ subject: String, _ aspect: String, _ node: DocumentNode) {
        switch node.kind {
        case .scalar(let text, _): fact(subject, aspect, text)
        case .null: fact(subject, aspect, "null")
        case .mapping(let members): for member in members { facts(subject, "\(aspect) \(member.key)", member.value) }
        case .sequence(let items): for item in items { fact(subject, aspect, Self.text(item)) }
        }
    }

    /// A value in one text that does not depend on the order of keys.
    private static func text(_ node: DocumentNode) -> String {
        switch node.kind {
        case .scalar(let text, _): text
        case .null: "null"
        case .mapping(let members):
            "{" + members.map { "\($0.key): \(text($0.value))" }.sorted().joined(separator: ", ") + "}"
        case .sequence(let items): "[" + items.map { text($0) }.sorted().joined(separator: ", ") + "]"
        }
    }

    func locked(_ format: LockfileFormat) -> LockedDependencies {
        LockedDependencies(format: format, packages: packages, shape: facts)
    }
}
