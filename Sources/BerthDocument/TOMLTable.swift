/// A table while a file is read: later lines may add to it.
final class TOMLTable {
    /// What made the table, and so what may still add to it.
    enum Origin {
        /// On the way to a header's table; a header may still name it.
        case passed
        /// Named by a header, or an item of an array of tables.
        case header
        /// Made by a dotted key; more dotted keys may add to it.
        case dotted
    }

    /// What stands under a key.
    enum Item {
        case table(TOMLTable)
        case tables(TOMLTables)
        /// Values, arrays and inline tables: complete.
        case value(DocumentNode)
    }

    var origin: Origin
    let place: DocumentPlace
    private(set) var keys: [(name: String, place: DocumentPlace)] = []
    private var items: [String: Item] = [:]

    init(_ origin: Origin, at place: DocumentPlace) {
        self.origin = origin
        self.place = place
    }

    subscript(name: String) -> Item? { items[name] }

    /// Puts an item under a key, new or not.
    func set(_ item: Item, _ name: String, at place: DocumentPlace) {
        if items.updateValue(item, forKey: name) == nil { keys.append((name, place)) }
    }

    /// The finished tree.
    var node: DocumentNode {
        let members = keys.compactMap { key in
            items[key.name].map { DocumentMember(key: key.name, place: key.place, value: node($0, key.place)) }
        }
        return DocumentNode(.mapping(members), at: place)
    }

    private func node(_ item: Item, _ place: DocumentPlace) -> DocumentNode {
        switch item {
        case .table(let table): table.node
        case .tables(let tables): DocumentNode(.sequence(tables.list.map(\.node)), at: place)
        case .value(let node): node
        }
    }
}

/// An array of tables, which grows by one with each of its headers.
final class TOMLTables {
    var list: [TOMLTable]

    init(_ first: TOMLTable) { list = [first] }
}
