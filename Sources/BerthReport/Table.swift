/// Columns of text, each as wide as its widest cell; readable without colour.
package struct Table: Sendable {
    package enum Alignment: Sendable {
        case left
        case right
    }

    private let header: [String]
    private let alignment: [Alignment]
    private var rows: [[String]] = []

    package init(_ columns: [(title: String, alignment: Alignment)]) {
        header = columns.map(\.title)
        alignment = columns.map(\.alignment)
    }

    package mutating func add(_ cells: [String]) { rows.append(cells) }

    /// The lines, without trailing spaces.
    package var lines: [String] {
        let all = [header] + rows
        let widths = header.indices.map { column in all.map { $0[column].displayWidth }.max() ?? 0 }
        return all.map { cells in
            let padded = cells.indices.map { column in
                let space = String(repeating: " ", count: widths[column] - cells[column].displayWidth)
                return alignment[column] == .right ? space + cells[column] : cells[column] + space
            }
            return padded.joined(separator: "  ").withoutTrailingSpaces
        }
    }
}
