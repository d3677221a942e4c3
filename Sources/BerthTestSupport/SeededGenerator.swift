/// The same numbers for the same seed (xorshift), so that a failure can be seen again.
package struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    /// Any seed but 0, from which it would give zeros.
    package init(state: UInt64) { self.state = max(1, state) }

    package mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }
}
