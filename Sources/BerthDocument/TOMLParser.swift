/// Reads TOML 1.0 line by line into tables.
struct TOMLParser {
    /// Deeper than any lockfile; keeps recursion small, here and in readers.
    private static let deepest = 100

    private var cursor: TOMLCursor
    private let root: TOMLTable
    private var current: TOMLTable

    init(_ cursor: TOMLCursor) {
        self.cursor = cursor
        root = TOMLTable(.header, at: cursor.place)
        current = root
    }

    mutating func document() throws(DocumentFault) -> DocumentNode {
        while true {
            try cursor.skipLines()
            guard let byte = cursor.next else { return root.node }
            if byte == UInt8(ascii: "[") {
                try header()
            } else {
                try assignment(in: current, depth: 0)
            }
            try cursor.endLine()
        }
    }

    /// One part of a dotted key.
    private typealias Part = (name: String, place: DocumentPlace)

    /// `[a.b]` or `[[a.b]]`.
    private mutating func header() throws(DocumentFault) {
        cursor.advance()
        let isArray = cursor.take(UInt8(ascii: "["))
        let path = try key()
        guard cursor.take(UInt8(ascii: "]")), !isArray || cursor.take(UInt8(ascii: "]")) else {
            throw cursor.fault("a header that does not end with \(isArray ? "]]" : "]")")
        }
        var table = root
        for part in path.dropLast() { table = try step(part, in: table) }
        guard let last = path.last else { return }
        current = try isArray ? append(last, to: table) : open(last, in: table)
    }

    private func step(_ part: Part, in table: TOMLTable) throws(DocumentFault) -> TOMLTable {
        switch table[part.name] {
        case .table(let next): return next
        case .tables(let tables): return tables.list[tables.list.count - 1]
        case .value: throw repeated(part)
        case nil:
            let made = TOMLTable(.passed, at: part.place)
            table.set(.table(made), part.name, at: part.place)
            return made
        }
    }

    private func open(_ part: Part, in table: TOMLTable) throws(DocumentFault) -> TOMLTable {
        if case .table(let known) = table[part.name] {
            guard known.origin == .passed else { throw repeated(part) }
            known.origin = .header
            return known
        }
        guard table[part.name] == nil else { throw repeated(part) }
        let made = TOMLTable(.header, at: part.place)
        table.set(.table(made), part.name, at: part.place)
        return made
    }

    private func append(_ part: Part, to table: TOMLTable) throws(DocumentFault) -> TOMLTable {
        let made = TOMLTable(.header, at: part.place)
        if case .tables(let known) = table[part.name] {
            known.list.append(made)
        } else {
            guard table[part.name] == nil else { throw repeated(part) }
            table.set(.tables(TOMLTables(made)), part.name, at: part.place)
        }
        return made
    }

    /// `key = value`, the key perhaps dotted.
    private mutating func assignment(in start: TOMLTable, depth: Int) throws(DocumentFault) {
        let path = try key()
        guard cursor.take(UInt8(ascii: "=")) else { throw cursor.fault("a key without =") }
        cursor.skipBlanks()
        var table = start
        for part in path.dropLast() {
            if case .table(let known) = table[part.name], known.origin == .dotted {
                table = known
            } else {
                guard table[part.name] == nil else { throw repeated(part) }
                let made = TOMLTable(.dotted, at: part.place)
                table.set(.table(made), part.name, at: part.place)
                table = made
            }
        }
        guard let last = path.last, table[last.name] == nil else { throw repeated(path.last ?? ("", cursor.place)) }
        let value = try value(depth: depth)
        table.set(.value(value), last.name, at: last.place)
    }

    /// Bare and quoted parts with dots between; blanks around them are taken too.
    private mutating func key() throws(DocumentFault) -> [Part] {
        var path: [Part] = []
        repeat {
            cursor.skipBlanks()
            let place = cursor.place
            if cursor.next == UInt8(ascii: "\"") || cursor.next == UInt8(ascii: "'") {
                path.append((try cursor.string(multiline: false), place))
            } else {
                let bare = cursor.takeWhile(Self.isBare)
                guard !bare.isEmpty else { throw cursor.fault("a key is expected") }
                path.append((String(decoding: bare, as: UTF8.self), place))
            }
            guard path.count <= Self.deepest else { throw cursor.fault("a key of more than \(Self.deepest) parts") }
            cursor.skipBlanks()
        } while cursor.take(UInt8(ascii: "."))
        return path
    }

    private static func isBare(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == 0x5F
            || byte == 0x2D
    }

    private mutating func value(depth: Int) throws(DocumentFault) -> DocumentNode {
        guard depth < Self.deepest else { throw cursor.fault("more than \(Self.deepest) levels of nesting") }
        let place = cursor.place
        switch cursor.next {
        case UInt8(ascii: "\""), UInt8(ascii: "'"):
            return DocumentNode(.scalar(try cursor.string(multiline: true), quoted: true), at: place)
        case UInt8(ascii: "["): return DocumentNode(.sequence(try array(depth)), at: place)
        case UInt8(ascii: "{"): return try inlineTable(depth, place)
        default: return DocumentNode(.scalar(try bare(place), quoted: false), at: place)
        }
    }

    private mutating func array(_ depth: Int) throws(DocumentFault) -> [DocumentNode] {
        cursor.advance()
        var items: [DocumentNode] = []
        while true {
            try cursor.skipLines()
            if cursor.take(UInt8(ascii: "]")) { return items }
            items.append(try value(depth: depth + 1))
            try cursor.skipLines()
            guard cursor.take(UInt8(ascii: ",")) || cursor.next == UInt8(ascii: "]") else {
                throw cursor.fault("an array goes on without a comma, or does not end")
            }
        }
    }

    private mutating func inlineTable(_ depth: Int, _ place: DocumentPlace) throws(DocumentFault) -> DocumentNode {
        cursor.advance()
        let table = TOMLTable(.header, at: place)
        cursor.skipBlanks()
        if cursor.take(UInt8(ascii: "}")) { return table.node }
        repeat {
            try assignment(in: table, depth: depth + 1)
            cursor.skipBlanks()
        } while cursor.take(UInt8(ascii: ","))
        guard cursor.take(UInt8(ascii: "}")) else {
            throw cursor.fault("an inline table goes on without a comma, or does not end")
        }
        return table.node
    }

    /// A number, truth value or time; a date and its time may have a blank between them.
    private mutating func bare(_ place: DocumentPlace) throws(DocumentFault) -> String {
        func fits(_ byte: UInt8) -> Bool { Self.isBare(byte) || byte == 0x2B || byte == 0x2E || byte == 0x3A }
        var token = String(decoding: cursor.takeWhile(fits), as: UTF8.self)
        if token.utf8.count == 10, cursor.next == 0x20, let digit = cursor.peek(1), (0x30...0x39).contains(digit) {
            cursor.advance()
            token += " " + String(decoding: cursor.takeWhile(fits), as: UTF8.self)
        }
        guard let text = TOMLScalars.text(token) else { throw cursor.fault("a value is expected", at: place) }
        return text
    }

    private func repeated(_ part: Part) -> DocumentFault {
        cursor.fault("\"\(part.name)\" is defined a second time, or in two ways", at: part.place)
    }
}
