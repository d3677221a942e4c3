/// Something that a job holds while it runs and gives back afterwards: a renewable resource, as the theory calls it.
package struct Resource: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The name that people read.
    package let name: String

    package init(_ name: String) { self.name = name }

    /// Places where one job runs; each job holds one.
    package static let slots = Resource("slots")
    /// Bytes of memory.
    package static let memory = Resource("memory")
    /// Thousandths of a processor.
    package static let processors = Resource("processors")
    /// The one token that heavy jobs hand on to each other: with it no two of them overlap.
    package static let heavy = Resource("heavy")

    package var description: String { name }

    package static func < (left: Resource, right: Resource) -> Bool { left.name < right.name }
}

/// So much of each resource; what is not named is zero.
package struct Amounts: Hashable, Sendable, ExpressibleByDictionaryLiteral {
    private var values: [Resource: Int] = [:]

    package init() {}

    package init(dictionaryLiteral elements: (Resource, Int)...) {
        for (resource, amount) in elements { self[resource] = amount }
    }

    /// Setting zero removes the entry, so that equal amounts are equal values.
    package subscript(resource: Resource) -> Int {
        get { values[resource] ?? 0 }
        set { values[resource] = newValue == 0 ? nil : newValue }
    }

    /// The resources with an amount, by name.
    package var resources: [Resource] { values.keys.sorted() }

    /// Whether no amount is larger than the other's.
    package func fits(in other: Amounts) -> Bool { values.allSatisfy { $0.value <= other[$0.key] } }

    package static func + (left: Amounts, right: Amounts) -> Amounts {
        right.values.reduce(into: left) { $0[$1.key] += $1.value }
    }

    package static func - (left: Amounts, right: Amounts) -> Amounts {
        right.values.reduce(into: left) { $0[$1.key] -= $1.value }
    }
}
