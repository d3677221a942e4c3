package import BerthReport

/// Tells how many of a list are planned.
package enum ListProgress {
    private static let step = "plan"

    /// The results for all items, one after the other.
    package static func map<Item, Result>(
        _ items: [Item], _ sink: any ProgressSink, _ work: (Item) throws -> Result
    ) rethrows -> [Result] {
        sink.report(.started(step: step, total: Int64(items.count), unit: .items))
        let counter = ProgressCounter(step, sink)
        let results = try items.map { item in
            defer { counter.add(1) }
            return try work(item)
        }
        sink.report(.ended(step: step, note: nil))
        return results
    }
}
