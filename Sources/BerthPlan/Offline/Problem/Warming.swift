/// Durations that depend on the start: what ended before has made something warm.
package struct Warming: Sendable {
    /// Something that becomes warm on the way, and what it saves whom.
    package struct Source: Sendable, Equatable {
        package var warmth: Warmth
        /// Jobs at whose first end it becomes warm.
        package var warmers: [Int]
        /// Ticks off the duration of each job that profits, by job.
        package var savings: [Int: Int]

        package init(_ warmth: Warmth, warmers: [Int], savings: [Int: Int]) {
            (self.warmth, self.warmers, self.savings) = (warmth, warmers, savings)
        }
    }

    package let sources: [Source]
    /// No job gets shorter than this: one that holds a slot holds it for a tick.
    static let shortest = 1

    package init(_ sources: [Source]) { self.sources = sources }

    /// Ticks that a job takes when it starts at a moment, where each warmer ends as `end` says.
    func duration(_ job: Int, cold: Int, startingAt start: Int, end: (Int) -> Int) -> Int {
        var duration = cold
        for source in sources {
            if let saving = source.savings[job], source.warmers.contains(where: { end($0) <= start }) {
                duration -= saving
            }
        }
        return max(duration, min(cold, Self.shortest))
    }

    /// Ticks that a job takes at least, with everything warm that others can warm.
    func shortest(_ job: Int, cold: Int) -> Int {
        let saved = sources.reduce(0) { $0 + ($1.warmers == [job] ? 0 : $1.savings[job] ?? 0) }
        return max(cold - saved, min(cold, Self.shortest))
    }

    /// The same over jobs with other numbers; jobs with a negative number are left out.
    func renumbered(_ place: [Int]) -> Warming {
        Warming(
            sources.map { source in
                let savings = source.savings.filter { place[$0.key] >= 0 }
                return Source(
                    source.warmth, warmers: source.warmers.map { place[$0] }.filter { $0 >= 0 },
                    savings: savings.reduce(into: [:]) { $0[place[$1.key]] = $1.value })
            })
    }
}
