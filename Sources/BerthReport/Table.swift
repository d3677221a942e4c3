/// Columns of text, each as wide as its widest cell; readable without colour.
package struct Table: Sendable {
    package enum Alignment: Sendable {
        /// Text.
        case left
        /// Numbers, which are never cut.
        case right
    }

    private let header: [String]
    private let alignment: [Alignment]
    private var rows: [[String]] = []
    /// What is left of a column of text at least.
    private static let narrowest = 8

    package init(_ columns: [(title: String, alignment: Alignment)]) {
        header = columns.map(\.title)
        alignment = columns.map(\.alignment)
    }

    package mutating func add(_ cells: [String]) { rows.append(cells) }

    /// The lines, without trailing spaces.
    package var lines: [String] { lines(within: nil) }

    /// The lines, without trailing spaces; where they are wider than so many columns, the widest column of text is cut.
    package func lines(within columns: Int?) -> [String] {
        let all = [header] + rows
        let widths = widths(of: all, within: columns)
        return all.map { cells in
            let padded = cells.indices.map { column in
                let text = cells[column].shortened(to: widths[column])
                let space = String(repeating: " ", count: widths[column] - text.displayWidth)
                return alignment[column] == .right ? space + text : text + space
            }
            return padded.joined(separator: "  ").withoutTrailingSpaces
        }
    }

    private func widths(of all: [[String]], within columns: Int?) -> [Int] {
        var widths = header.indices.map { column in all.map { $0[column].displayWidth }.max() ?? 0 }
        let texts = widths.indices.filter { alignment[$0] == .left }
        guard let columns, let widest = texts.max(by: { widths[$0] < widths[$1] }) else { return widths }
        let over = widths.reduce(2 * (widths.count - 1), +) - columns
        if over > 0 {
            widths[widest] = min(
                widths[widest], max(Self.narrowest, header[widest].displayWidth, widths[widest] - over))
        }
        return widths
    }
}
