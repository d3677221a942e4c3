/// Quantiles of a few values.
enum Quantile {
    /// The quantile by linear interpolation between the ranks (Hyndman and Fan's type 7); nil where there is no value.
    ///
    /// The values are sorted already; `share` is from 0 to 1.
    static func of(_ sorted: [Double], at share: Double) -> Double? {
        guard let last = sorted.last else { return nil }
        let rank = min(1, max(0, share)) * Double(sorted.count - 1)
        let below = Int(rank)
        guard below + 1 < sorted.count else { return last }
        return sorted[below] + (rank - Double(below)) * (sorted[below + 1] - sorted[below])
    }
}
