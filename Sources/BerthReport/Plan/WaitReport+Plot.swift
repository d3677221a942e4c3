extension WaitReport {
    /// Mean wait against load, a line a policy; nil where there is only one load.
    package var plot: LinePlot? {
        let loads = Set(rows.compactMap(\.load)).sorted()
        guard loads.count > 1, let most = rows.map(\.mean).max() else { return nil }
        var policies: [String] = []
        for row in rows where !policies.contains(row.policy) { policies.append(row.policy) }
        let lines = policies.enumerated().map { number, policy in
            LinePlot.Line(
                name: policy,
                points: rows.filter { $0.policy == policy }.compactMap { row in row.load.map { ($0, row.mean) } },
                colour: number)
        }
        var plot = LinePlot(
            title: "Mean wait by load: \(source)", xTitle: "load: offered work over what the slots can do",
            yTitle: "mean wait", lines: lines, marks: loads.map { ($0, Self.hundredths($0)) })
        plot.yScale = Self.scale(to: most)
        return plot
    }

    /// From 0 to a round time above the largest.
    private static func scale(to most: Double) -> LinePlot.YScale {
        let axis = TimeAxis(span: most, most: 6)
        let marks = axis.marks + [(axis.marks.last ?? 0) + axis.step]
        return .init(top: marks.last ?? 1, marks: marks.map(TimeAxis.text))
    }
}
