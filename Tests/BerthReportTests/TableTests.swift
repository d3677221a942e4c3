import Testing

@testable import BerthReport

/// Tables in terminals of all widths.
struct TableTests {
    private static var table: Table {
        var table = Table([("", .right), ("job", .left), ("takes", .right), ("weight", .left)])
        table.add(["1", "ci.yml: build (3.12, ubuntu-latest)", "12 min 30 s", "heavy"])
        table.add(["10", "測試測試測試測試", "5.0 s", "light"])
        return table
    }

    @Test func `a table that fits is whole, and so is one for no terminal`() {
        let whole = Self.table.lines
        #expect(whole.map(\.displayWidth).max() == 60 && !whole.joined().contains("…"))
        #expect(Self.table.lines(within: 60) == whole && Self.table.lines(within: nil) == whole)
    }

    @Test func `the widest column of text gives way, cut between letters, and no number does`() {
        #expect(
            Self.table.lines(within: 40) == [
                "    job                    takes  weight", " 1  ci.yml: build …  12 min 30 s  heavy",
                "10  測試測試測試測…        5.0 s  light",
            ])
    }

    @Test(arguments: 1...60)
    func `lines are no wider than there is room, down to what numbers take`(columns: Int) {
        let lines = Self.table.lines(within: columns)
        // 2 + 11 + 6 columns that stay, three gaps, and eight columns of text at least.
        #expect(lines.allSatisfy { $0.displayWidth <= max(columns, 33) }, "\(lines)")
        #expect(lines[1].contains("12 min 30 s") && lines[2].contains("5.0 s"))
    }
}
