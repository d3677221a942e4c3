/// Lines over a logarithmic axis of sizes, as an SVG picture: the same bytes for the same values, no fonts of its own.
package struct LinePlot: Sendable {
    /// One line: its points, from the left to the right.
    package struct Line: Sendable {
        package var name: String
        package var points: [(x: Double, y: Double)]
        package var isDashed: Bool
        /// Lines of one colour belong together.
        package var colour: Int

        package init(name: String, points: [(x: Double, y: Double)], isDashed: Bool = false, colour: Int) {
            (self.name, self.points, self.isDashed, self.colour) = (name, points, isDashed, colour)
        }
    }

    package var title: String
    package var yTitle: String
    /// What the top of the picture stands for, and the texts of the vertical axis, from 0 up, evenly spread.
    package var yScale = YScale.percent
    package var xTitle: String
    package var lines: [Line]
    /// Where the horizontal axis has marks, with their texts.
    package var marks: [(x: Double, text: String)]

    /// The vertical axis, which begins at 0.
    package struct YScale: Sendable {
        package var top: Double
        package var marks: [String]

        package init(top: Double, marks: [String]) { (self.top, self.marks) = (top, marks) }

        /// Shares from 0 to 1.
        package static let percent = YScale(top: 1, marks: (0...5).map { "\($0 * 20) %" })
    }

    package init(title: String, xTitle: String, yTitle: String, lines: [Line], marks: [(x: Double, text: String)]) {
        (self.title, self.xTitle, self.yTitle) = (title, xTitle, yTitle)
        (self.lines, self.marks) = (lines, marks)
    }

    /// Told apart by people who see few colours, too (Okabe and Ito 2008).
    private static let colours = [
        "#000000", "#0072b2", "#e69f00", "#009e73", "#d55e00", "#cc79a7", "#56b4e9", "#7f7f7f",
    ]
    private static let width = 860.0
    private static let height = 480.0
    private static let frame = (left: 70.0, right: 660.0, top: 48.0, bottom: 420.0)

    /// The picture.
    package var svg: String {
        let (left, right, top, bottom) = Self.frame
        var parts = [
            #"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 860 480" font-family="sans-serif" font-size="13">"#,
            #"<rect width="860" height="480" fill="white"/>"#,
            SVG.text(left, 28, title, size: 16), SVG.text((left + right) / 2, 462, xTitle, anchor: "middle"),
            "<text transform=\"translate(20 \(SVG.number((top + bottom) / 2))) rotate(-90)\" text-anchor=\"middle\">"
                + "\(SVG.escaped(yTitle))</text>",
        ]
        let halves = (yScale.marks.count - 1) * 2
        for half in 0...max(1, halves) {
            let y = bottom - Double(half) / Double(max(1, halves)) * (bottom - top)
            parts.append(SVG.line(left, y, right, y, "#dddddd"))
            if half % 2 == 0 { parts.append(SVG.text(left - 8, y + 4, yScale.marks[half / 2], anchor: "end")) }
        }
        for mark in marks {
            let x = place(x: mark.x)
            parts += [
                SVG.line(x, bottom, x, bottom + 6, "#444444"),
                SVG.text(x, bottom + 22, mark.text, anchor: "middle"),
            ]
        }
        parts.append(SVG.line(left, bottom, right, bottom, "#444444"))
        parts += lines.map(path) + lines.indices.flatMap(legend)
        return (parts + ["</svg>", ""]).joined(separator: "\n")
    }

    private func path(_ line: Line) -> String {
        let points = line.points.map { "\(SVG.number(place(x: $0.x))),\(SVG.number(place(y: $0.y)))" }
        return "<polyline points=\"\(points.joined(separator: " "))\" fill=\"none\" \(Self.stroke(line))/>"
    }

    private func legend(_ index: Int) -> [String] {
        let y = Self.frame.top + 12 + Double(index) * 22
        let (start, end) = (SVG.number(Self.frame.right + 16), SVG.number(Self.frame.right + 52))
        return [
            "<path d=\"M\(start) \(SVG.number(y))H\(end)\" fill=\"none\" \(Self.stroke(lines[index]))/>",
            SVG.text(Self.frame.right + 60, y + 4, lines[index].name),
        ]
    }

    private static func stroke(_ line: Line) -> String {
        let dash = line.isDashed ? " stroke-dasharray=\"5 4\"" : ""
        return "stroke=\"\(colours[line.colour % colours.count])\" stroke-width=\"2\"\(dash)"
    }

    private var range: (low: Double, high: Double) {
        let all = lines.flatMap { $0.points.map(\.x) } + marks.map(\.x)
        return (Self.logarithm(all.min() ?? 1), Self.logarithm(all.max() ?? 10))
    }

    private func place(x: Double) -> Double {
        let (low, high) = range
        guard high > low else { return (Self.frame.left + Self.frame.right) / 2 }
        let share = (Self.logarithm(x) - low) / (high - low)
        return Self.frame.left + 10 + share * (Self.frame.right - Self.frame.left - 20)
    }

    private func place(y: Double) -> Double {
        Self.frame.bottom - min(1, max(0, y / yScale.top)) * (Self.frame.bottom - Self.frame.top)
    }
}
