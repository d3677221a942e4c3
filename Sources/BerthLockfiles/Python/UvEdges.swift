internal import BerthDocument

/// Reads dependencies that are tables: `{ name = "a", extra = ["b"], marker = "…" }`.
struct UvEdges {
    let faults: Faults

    /// A list of them.
    func list(
        _ key: String, _ reader: MappingReader, _ entry: inout LockEntry, _ references: inout [UvLock.Reference]
    ) {
        guard let items = reader.sequence(key, allowEmpty: true) else { return }
        for item in items { edge(item, "depends on", &entry, &references) }
    }

    /// A mapping from the names of extras or groups to such lists.
    func lists(
        _ key: String, _ word: String, _ reader: MappingReader, _ entry: inout LockEntry,
        _ references: inout [UvLock.Reference]
    ) {
        guard let groups = reader.mapping(key) else { return }
        for name in groups.keys {
            guard PythonName.isValid(name) else {
                groups.fault(name, "\"\(name)\" is not the name of an \(word)")
                continue
            }
            for item in groups.sequence(name, allowEmpty: true) ?? [] {
                edge(item, "\(word) \(name) depends on", &entry, &references)
            }
        }
    }

    private func edge(
        _ item: DocumentNode, _ words: String, _ entry: inout LockEntry, _ references: inout [UvLock.Reference]
    ) {
        guard let name = MappingReader(item, faults, name: "a dependency of \(entry.name)").projectName() else {
            return
        }
        references.append(UvLock.Reference(name: name, place: item.place))
        entry.note("\(words) \(name)", DocumentNode.canonical(item.members.filter { $0.key != "name" }))
    }
}
