/// Round moments along a span of time, for the axis of a chart.
package struct TimeAxis: Sendable, Equatable {
    /// Seconds from one mark to the next.
    package let step: Double
    /// Seconds, from 0 to the end of the span at most.
    package let marks: [Double]

    /// Steps that people count in, in seconds.
    private static let steps: [Double] = [
        1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400,
    ]

    /// At most so many marks over so many seconds; beyond days the step doubles as often as it must.
    package init(span: Double, most: Int) {
        let span = max(1, span)
        var step = Self.steps.first { span / $0 < Double(max(1, most)) } ?? 86_400
        while span / step >= Double(max(1, most)) { step *= 2 }
        self.step = step
        marks = (0...Int(span / step)).map { Double($0) * step }
    }

    /// `0`, `30 s`, `2 min`, `1:30 h`, `3 d`: short, as marks have little room.
    package static func text(_ seconds: Double) -> String {
        let whole = Int(seconds.rounded())
        if whole == 0 { return "0" }
        if whole < 60 { return "\(whole) s" }
        if whole < 3600 { return whole % 60 == 0 ? "\(whole / 60) min" : "\(whole / 60):\(two(whole % 60)) min" }
        if whole < 172_800 {
            return whole % 3600 == 0 ? "\(whole / 3600) h" : "\(whole / 3600):\(two(whole % 3600 / 60)) h"
        }
        return "\(whole / 86_400) d"
    }

    private static func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
}
