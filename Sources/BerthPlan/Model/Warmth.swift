/// Something that shortens a job when it is already here: an image in the engine, a cache entry that is kept unpacked.
package struct Warmth: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let name: String

    package init(_ name: String) { self.name = name }

    package var description: String { name }

    package static func < (left: Warmth, right: Warmth) -> Bool { left.name < right.name }
}

/// How much shorter a job is where something is warm.
package struct Affinity: Hashable, Sendable {
    package var warmth: Warmth
    /// Off the expected duration.
    package var saves: Duration

    package init(_ warmth: Warmth, saves: Duration) { (self.warmth, self.saves) = (warmth, saves) }
}
