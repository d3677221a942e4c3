/// How long a job is expected to take, and how far off that may be.
package struct DurationEstimate: Sendable, Hashable {
    /// The median.
    package var expected: Duration
    /// Standard deviation of the logarithm of true over expected duration: 0 is certain, 1 is off by a factor of e as a rule.
    package var spread: Double

    package init(_ expected: Duration, spread: Double = 0) {
        (self.expected, self.spread) = (expected, spread)
    }
}
