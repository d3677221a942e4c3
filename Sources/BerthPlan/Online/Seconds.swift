extension Duration {
    /// Seconds, rounded to what a Double holds.
    package var inSeconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) + Double(attoseconds) * 1e-18
    }

    /// So many seconds, from none to thirty million years; none where it is no number.
    ///
    /// Durations trap where they overflow, and what people and generators name may be anything.
    package static func bounded(seconds: Double) -> Duration {
        seconds > 0 ? .seconds(Swift.min(seconds, 1e15)) : .zero
    }

    /// The same within those bounds.
    var bounded: Duration { Swift.min(Swift.max(self, .zero), .seconds(1e15)) }
}
