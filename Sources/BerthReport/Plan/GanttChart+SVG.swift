extension GanttChart {
    private static let left = 90.0
    private static let right = 925.0
    private static let top = 40.0
    private static let rowHeight = 46.0
    private static let barHeight = 34.0
    private static let useHeight = 60.0
    /// More arrows than this hide what they should show.
    private static let mostArrows = 80

    /// The chart as a picture of its own, with the reason of each job where the pointer rests on it.
    package func svg(title: String) -> String {
        let bottom = Self.top + Double(rows.count) * Self.rowHeight
        let height = bottom + (memory == nil ? 0 : Self.useHeight + 16) + 24
        var parts = [
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 960 \(SVG.number(height))\" "
                + "font-family=\"sans-serif\" font-size=\"13\">",
            "<title>\(SVG.escaped(title))</title>", Self.pattern,
            "<rect width=\"960\" height=\"\(SVG.number(height))\" fill=\"white\"/>",
        ]
        for mark in TimeAxis(span: span, most: 9).marks {
            parts.append(SVG.line(place(mark), Self.top - 6, place(mark), height - 20, "#dddddd"))
            parts.append(SVG.text(place(mark), Self.top - 14, TimeAxis.text(mark), anchor: "middle"))
        }
        for (index, row) in rows.enumerated() {
            parts.append(SVG.text(Self.left - 12, Self.y(index) + 22, row.title, anchor: "end"))
            parts += row.bars.map { bar($0, Self.y(index)) }
        }
        parts += arrows
        if memory != nil { parts += area(bottom + 8) }
        if let bound { parts += limit(bound, height - 20) }
        return (parts + ["</svg>", ""]).joined(separator: "\n")
    }

    /// Told apart without colour, too: heavy jobs are hatched.
    private static let pattern = """
        <defs><pattern id="heavy" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">\
        <rect width="7" height="7" fill="#f3c667"/><path d="M0 0V7" stroke="#d99a1c" stroke-width="3"/></pattern>\
        <marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="6" markerHeight="6" orient="auto">\
        <path d="M0 0 8 4 0 8z" fill="#445"/></marker></defs>
        """

    private static func y(_ row: Int) -> Double { top + Double(row) * rowHeight }

    private func place(_ time: Double) -> Double { Self.left + time / span * (Self.right - Self.left) }

    private func bar(_ bar: Bar, _ y: Double) -> String {
        let (x, width) = (place(bar.start), max(1.5, place(bar.end) - place(bar.start) - 1))
        // A sans-serif letter of 13 units is about 7 wide, one that takes two columns of a terminal twice that.
        let room = Int((width - 8) / 7)
        let label = [bar.name, bar.key].first { $0.displayWidth <= room } ?? ""
        let span = DurationText.of(bar.end - bar.start)
        return "<g><title>\(SVG.escaped("\(bar.name): \(span)\n\(bar.reason)"))</title>"
            + "<rect x=\"\(SVG.number(x))\" y=\"\(SVG.number(y))\" width=\"\(SVG.number(width))\" "
            + "height=\"\(SVG.number(Self.barHeight))\" rx=\"3\" "
            + "fill=\"\(bar.isHeavy ? "url(#heavy)" : "#a9d4ef")\" stroke=\"#334\"/>"
            + (label.isEmpty ? "" : SVG.text(x + 6, y + 22, label)) + "</g>"
    }

    /// From the end of what a job needs to its own start, along the edges of the bars, so that names stay readable.
    private var arrows: [String] {
        var ends: [String: (x: Double, row: Int)] = [:]
        for (index, row) in rows.enumerated() {
            for bar in row.bars { ends[bar.name] = (place(bar.end) - 3, index) }
        }
        let paths = rows.enumerated().flatMap { index, row in
            row.bars.flatMap { bar in
                bar.after.compactMap { ends[$0] }.map { Self.arrow($0, (place(bar.start) + 3, index)) }
            }
        }
        guard paths.count <= Self.mostArrows else { return [] }
        return ["<g fill=\"none\" stroke=\"#445\" stroke-opacity=\"0.55\">"] + paths + ["</g>"]
    }

    private static func arrow(_ from: (x: Double, row: Int), _ to: (x: Double, row: Int)) -> String {
        let startY = y(from.row) + (to.row >= from.row ? barHeight : 0)
        let endY = y(to.row) + (to.row > from.row ? 0 : barHeight)
        let bow = to.row == from.row ? 9.0 : 0
        let bend = max(6, (to.x - from.x) / 3)
        let points = [from.x, startY, from.x + bend, startY + bow, to.x - bend, endY + bow, to.x, endY].map(SVG.number)
        let path = "M\(points[0]) \(points[1])C\(points[2...].joined(separator: " "))"
        return "<path d=\"\(path)\" marker-end=\"url(#head)\"/>"
    }

    private func area(_ top: Double) -> [String] {
        let bottom = top + Self.useHeight
        var path = "M\(SVG.number(Self.left)) \(SVG.number(bottom))"
        for step in use {
            path += "H\(SVG.number(place(step.time)))V\(SVG.number(bottom - min(1, step.share) * Self.useHeight))"
        }
        return [
            SVG.text(Self.left - 12, bottom - 30, "memory", anchor: "end"),
            SVG.text(Self.left - 12, bottom - 14, memory.map { ByteText.of($0) } ?? "", anchor: "end", size: 11),
            "<path d=\"\(path)H\(SVG.number(place(span)))V\(SVG.number(bottom))z\" fill=\"#c9c2dd\"/>",
            SVG.line(Self.left, top, Self.right, top, "#999999"),
            SVG.line(Self.left, bottom, Self.right, bottom, "#999999"),
        ]
    }

    private func limit(_ bound: Double, _ bottom: Double) -> [String] {
        let x = SVG.number(place(bound))
        return [
            "<path d=\"M\(x) \(SVG.number(Self.top - 6))V\(SVG.number(bottom))\" stroke=\"#b00\" stroke-dasharray=\"5 4\">"
                + "<title>no plan ends before \(SVG.escaped(DurationText.of(bound)))</title></path>"
        ]
    }
}
