extension GanttChart {
    /// The chart in so many columns, readable without colour: `-` fills light jobs, `=` heavy ones.
    package func lines(columns: Int = 80) -> [String] {
        let titles = rows.map(\.title) + (memory == nil ? [] : ["memory"])
        let margin = (titles.map(\.displayWidth).max() ?? 0) + 2
        let canvas = GanttCanvas(width: max(16, columns - margin), span: span)
        var lines = ["".padded(to: margin) + canvas.axis]
        var hidden = 0
        for row in rows {
            let drawn = canvas.bars(row.bars)
            hidden += drawn.hidden
            lines.append(row.title.padded(to: margin) + drawn.line)
        }
        if memory != nil { lines.append("memory".padded(to: margin) + canvas.use(use)) }
        if hidden > 0 { lines.append("\(hidden) of the jobs are too short to be drawn at this width") }
        return lines.map(\.withoutTrailingSpaces)
    }
}

/// Columns of a terminal as a stretch of time.
private struct GanttCanvas {
    let width: Int
    let span: Double

    private func column(_ time: Double) -> Int { min(width, Int((time / span * Double(width)).rounded())) }

    /// Round moments, each where it begins; what would run over the edge or into its neighbour is left out.
    var axis: String {
        var line: [Character] = []
        for mark in TimeAxis(span: span, most: max(1, width / 10)).marks {
            let text = TimeAxis.text(mark)
            let place = column(mark)
            guard place + text.count <= width, line.isEmpty || place > line.count else { continue }
            line += Array(repeating: " ", count: place - line.count) + Array(text)
        }
        return String(line)
    }

    /// The bars beside each other, each at least one column wide, and how many found no room.
    func bars(_ bars: [GanttChart.Bar]) -> (line: String, hidden: Int) {
        var (line, filled, hidden) = ("", 0, 0)
        for bar in bars {
            let start = max(filled, min(width - 1, column(bar.start)))
            let end = max(start + 1, column(bar.end))
            // A bar is never pushed to the right by those before it: it would stand at another time.
            guard filled <= column(bar.start) || filled < column(bar.end), end <= width else {
                hidden += 1
                continue
            }
            line += String(repeating: " ", count: start - filled) + Self.drawn(bar, end - start)
            filled = end
        }
        return (line, hidden)
    }

    private static func drawn(_ bar: GanttChart.Bar, _ width: Int) -> String {
        guard width > 1 else { return "|" }
        let room = width - 2
        let label = [bar.name, bar.key].first { $0.displayWidth <= room } ?? ""
        let fill = String(repeating: bar.isHeavy ? "=" : "-", count: room - label.displayWidth)
        return "[\(label)\(fill)]"
    }

    /// Eighths of all memory, the most that is held within each column.
    func use(_ steps: [(time: Double, share: Double)]) -> String {
        let marks: [Character] = Array(" ▁▂▃▄▅▆▇█")
        var most = Array(repeating: 0.0, count: width)
        for (index, step) in steps.enumerated() {
            let end = index + 1 < steps.count ? steps[index + 1].time : span
            let first = min(width - 1, column(step.time))
            for place in first...max(first, min(width, column(end)) - 1) { most[place] = max(most[place], step.share) }
        }
        return String(most.map { marks[min(8, max(0, Int(($0 * 8).rounded(.up))))] })
    }
}
