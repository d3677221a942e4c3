/// Reads JSON as RFC 8259 has it, and nothing beside it: no comments, no trailing commas, no NaN.
struct JSONParser {
    /// Deeper than any lockfile; keeps recursion here and in readers small.
    private static let deepest = 100

    private var cursor: JSONCursor
    private let repeated: RepeatedKeys

    init(_ cursor: JSONCursor, repeated: RepeatedKeys) {
        self.cursor = cursor
        self.repeated = repeated
    }

    mutating func document() throws(DocumentFault) -> DocumentNode {
        cursor.skipSpace()
        let root = try value(depth: 0)
        cursor.skipSpace()
        guard cursor.next == nil else { throw cursor.fault("the file goes on after its value") }
        return root
    }

    private mutating func value(depth: Int) throws(DocumentFault) -> DocumentNode {
        guard depth < Self.deepest else { throw cursor.fault("more than \(Self.deepest) levels of nesting") }
        let place = cursor.place
        switch cursor.next {
        case UInt8(ascii: "{"): return DocumentNode(.mapping(try members(depth)), at: place)
        case UInt8(ascii: "["): return DocumentNode(.sequence(try items(depth)), at: place)
        case UInt8(ascii: "\""): return DocumentNode(.scalar(try cursor.string(), quoted: true), at: place)
        default: return DocumentNode(try word(place), at: place)
        }
    }

    private mutating func members(_ depth: Int) throws(DocumentFault) -> [DocumentMember] {
        cursor.advance()
        cursor.skipSpace()
        if cursor.take(UInt8(ascii: "}")) { return [] }
        var members: [DocumentMember] = []
        var known: [String: Int] = [:]
        repeat {
            cursor.skipSpace()
            let place = cursor.place
            let key = try cursor.string()
            cursor.skipSpace()
            guard cursor.take(UInt8(ascii: ":")) else { throw cursor.fault("a key without a colon") }
            cursor.skipSpace()
            let member = DocumentMember(key: key, place: place, value: try value(depth: depth + 1))
            cursor.skipSpace()
            if let index = known.updateValue(members.count, forKey: key) {
                guard repeated == .lastCounts else {
                    throw cursor.fault("the key \"\(key)\" stands here a second time", at: place)
                }
                known[key] = index
                members[index] = member
            } else {
                members.append(member)
            }
        } while cursor.take(UInt8(ascii: ","))
        guard cursor.take(UInt8(ascii: "}")) else {
            throw cursor.fault("a mapping goes on without a comma, or does not end")
        }
        return members
    }

    private mutating func items(_ depth: Int) throws(DocumentFault) -> [DocumentNode] {
        cursor.advance()
        cursor.skipSpace()
        if cursor.take(UInt8(ascii: "]")) { return [] }
        var items: [DocumentNode] = []
        repeat {
            cursor.skipSpace()
            items.append(try value(depth: depth + 1))
            cursor.skipSpace()
        } while cursor.take(UInt8(ascii: ","))
        guard cursor.take(UInt8(ascii: "]")) else {
            throw cursor.fault("a list goes on without a comma, or does not end")
        }
        return items
    }

    /// `null`, `true`, `false` or a number, which keeps its text.
    private mutating func word(_ place: DocumentPlace) throws(DocumentFault) -> DocumentNode.Kind {
        let bytes = cursor.takeWhile { byte in
            (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte) || (0x41...0x5A).contains(byte)
                || byte == 0x2B || byte == 0x2D || byte == 0x2E
        }
        let text = String(decoding: bytes, as: UTF8.self)
        switch text {
        case "null": return .null
        case "true", "false": return .scalar(text, quoted: false)
        default:
            guard Self.isNumber(bytes) else { throw cursor.fault("a value is expected", at: place) }
            return .scalar(text, quoted: false)
        }
    }

    private static func isNumber(_ bytes: ArraySlice<UInt8>) -> Bool {
        func digits(_ rest: inout ArraySlice<UInt8>) -> Int {
            let count = rest.prefix { (0x30...0x39).contains($0) }.count
            rest = rest.dropFirst(count)
            return count
        }
        var rest = bytes.first == 0x2D ? bytes.dropFirst() : bytes
        let leadingZero = rest.first == 0x30
        guard case let whole = digits(&rest), whole > 0, !leadingZero || whole == 1 else { return false }
        if rest.first == 0x2E {
            rest = rest.dropFirst()
            guard digits(&rest) > 0 else { return false }
        }
        if rest.first == 0x65 || rest.first == 0x45 {
            rest = rest.dropFirst()
            if rest.first == 0x2B || rest.first == 0x2D { rest = rest.dropFirst() }
            guard digits(&rest) > 0 else { return false }
        }
        return rest.isEmpty
    }
}
