extension SimulationReport {
    /// Hit rate, or share of time saved, against size: a line for each policy, dashed without dead entries first, and
    /// one for the cache without end.
    package func plot(_ setting: Setting, ofTime: Bool = false) -> LinePlot {
        var colours: [String: Int] = [:]
        var lines: [LinePlot.Line] = setting.rows.map { row in
            let base = row.policy.replacing("+dead", with: "")
            let colour = colours[base] ?? colours.count + 1
            colours[base] = colour
            let rates = ofTime ? row.time : row.hits
            return LinePlot.Line(
                name: row.policy == base ? base : "\(base), dead first",
                points: zip(sizes, rates).map { (Double($0), $1.mean) }, isDashed: row.policy == base, colour: colour)
        }
        let end = (ofTime ? setting.infiniteTime : setting.infiniteHits).mean
        lines.append(.init(name: "without end", points: sizes.map { (Double($0), end) }, colour: 0))
        return LinePlot(
            title: "\(ofTime ? "Time saved" : "Hit rate") by cache size: \(trace)", xTitle: "size of the cache",
            yTitle: ofTime ? "share of time saved" : "hits of lookups", lines: lines,
            marks: sizes.map { (Double($0), ByteText.of($0)) })
    }
}
