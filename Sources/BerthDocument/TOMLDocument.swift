internal import TOMLKit

/// A TOML file (1.0) as the same tree as YAML; only syntax errors have a place, values have none.
package struct TOMLDocument {
    /// The largest file read unless the caller says otherwise, in bytes; lockfiles of big workspaces reach some MiB.
    package static let usualLimit = 64 << 20

    package let root: DocumentNode

    /// Reads a file's bytes; throws one fault, as TOML is written by programs and ends at its first error.
    package init(_ bytes: [UInt8], file: String, limit: Int = usualLimit) throws(DocumentFaults) {
        let text = try StrictText.decode(bytes, file: file, limit: limit)
        // The parser below takes a C string: what follows a NUL would be left out in silence.
        if let nul = bytes.firstIndex(of: 0) {
            let place = StrictText.position(after: bytes[..<nul])
            throw Self.fault("a NUL byte", file, place.line, place.column)
        }
        if let end = Self.endOfDeepKey(bytes) {
            let place = StrictText.position(after: bytes[..<end])
            throw Self.fault("a key of more than \(Self.deepest) parts", file, place.line, place.column)
        }
        do {
            root = try TOMLConversion(place: DocumentPlace(file: file, line: 0, column: 0)).node(
                TOMLTable(string: text))
        } catch let error as TOMLParseError {
            throw Self.fault("not TOML: \(error.description)", file, error.source.begin.line, error.source.begin.column)
        } catch {
            throw Self.fault("not TOML: \(error)", file, 1, 1)
        }
    }

    private static let deepest = 500

    /// Where a dotted key grows too deep: the parser bounds nested values but not tables, and overflows its stack.
    private static func endOfDeepKey(_ bytes: [UInt8]) -> Int? {
        var dots = 0
        for (index, byte) in bytes.enumerated() {
            switch byte {
            case UInt8(ascii: "."): dots += 1
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F, 0x2D, 0x20, 0x09, 0x22, 0x27: break
            default: dots = 0
            }
            if dots > deepest { return index }
        }
        return nil
    }

    private static func fault(_ message: String, _ file: String, _ line: Int, _ column: Int) -> DocumentFaults {
        DocumentFaults([DocumentFault(place: DocumentPlace(file: file, line: line, column: column), message: message)])
    }
}

/// TOMLKit's values to our tree; keys come sorted by bytes, as the parser keeps them.
private struct TOMLConversion {
    let place: DocumentPlace

    func node(_ table: TOMLTable) -> DocumentNode {
        let members = table.keys.compactMap { key in
            table[key].map { DocumentMember(key: key, place: place, value: node($0)) }
        }
        return DocumentNode(.mapping(members), at: place)
    }

    private func node(_ value: any TOMLValueConvertible) -> DocumentNode {
        if let table = value.table { return node(table) }
        if let array = value.array { return DocumentNode(.sequence(array.map { node($0) }), at: place) }
        if let text = value.string { return DocumentNode(.scalar(text, quoted: true), at: place) }
        return DocumentNode(.scalar(bare(value), quoted: false), at: place)
    }

    /// Numbers, truth values and dates as text; a date with time as seconds since 1970 would be, in RFC 3339.
    private func bare(_ value: any TOMLValueConvertible) -> String {
        if let number = value.int { return String(number) }
        if let truth = value.bool { return truth ? "true" : "false" }
        if let number = value.double { return String(number) }
        if let moment = value.dateTime {
            return text(moment.date) + "T" + text(moment.time) + offset(moment.offset?.offset ?? 0)
        }
        if let date = value.date { return text(date) }
        return value.time.map { text($0) } ?? ""
    }

    private func text(_ date: TOMLDate) -> String {
        "\(padded(date.year, 4))-\(padded(date.month, 2))-\(padded(date.day, 2))"
    }

    /// Without fractions: nothing we read needs them.
    private func text(_ time: TOMLTime) -> String {
        "\(padded(time.hour, 2)):\(padded(time.minute, 2)):\(padded(time.second, 2))"
    }

    private func offset(_ minutes: Int) -> String {
        if minutes == 0 { return "Z" }
        return (minutes < 0 ? "-" : "+") + padded(abs(minutes) / 60, 2) + ":" + padded(abs(minutes) % 60, 2)
    }

    private func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
