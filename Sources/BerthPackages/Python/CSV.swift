/// Comma-separated values as Python's `csv` module reads and writes them.
enum CSV {
    /// The rows of a text; empty lines are left out.
    static func rows(_ text: String) throws(WheelFault) -> [[String]] {
        var rows: [[String]] = []
        var row: [String] = []
        var field: [UInt8] = []
        var quoted = false
        var units = Array(text.utf8)[...]
        func finished() -> String { String(decoding: field, as: UTF8.self) }
        while let unit = units.popFirst() {
            switch unit {
            case 0x22 where quoted && units.first == 0x22:
                units.removeFirst()
                field.append(0x22)
            case 0x22 where quoted || field.isEmpty: quoted.toggle()
            case 0x2C where !quoted:
                row.append(finished())
                field = []
            case 0x0D where !quoted: break
            case 0x0A where !quoted:
                if !row.isEmpty || !field.isEmpty { rows.append(row + [finished()]) }
                (row, field) = ([], [])
            default: field.append(unit)
            }
        }
        guard !quoted else { throw WheelFault("RECORD ends inside quotes") }
        return row.isEmpty && field.isEmpty ? rows : rows + [row + [finished()]]
    }

    /// A field, quoted where it must be.
    static func field(_ text: String) -> String {
        guard text.contains(where: { ",\"\r\n".contains($0) }) else { return text }
        return "\"" + text.replacing("\"", with: "\"\"") + "\""
    }
}
