/// What jobs share: how much there is of each resource, and what is warm.
package struct Machine: Sendable, Hashable {
    package var capacity: Amounts
    package var warm: Set<Warmth>

    /// A machine with so many slots, one token for heavy jobs, and the other amounts: memory, processors.
    package init(slots: Int = 2, also capacity: Amounts = [:], warm: Set<Warmth> = []) {
        self.capacity = capacity
        self.capacity[.slots] = slots
        self.capacity[.heavy] = 1
        self.warm = warm
    }
}
