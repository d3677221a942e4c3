/// Lookups in their order, in the compact form that a simulation runs through: texts are numbers here.
package struct CacheTrace: Sendable {
    /// What a key stands for: the same in each scope.
    struct Content: Sendable {
        /// Bytes; 0 where the trace never says (then it is never kept).
        var size: Int64
        /// Seconds to make it.
        var cost: Double
        /// Where its parts stand in `parts`; empty where the trace names none.
        var parts: Range<Int>
    }

    /// A content in a scope: what is kept and evicted.
    struct Object: Sendable {
        let content: Int32
        let scope: Int32
        /// Objects of one family in one scope are states of one thing.
        let family: Int32
    }

    /// A lookup in an own scope and others after it, or the closing of a scope.
    struct Event: Sendable {
        /// The object that is looked for and that a miss saves; -1 for a closing.
        let own: Int32
        /// Where the objects of the other scopes stand in `others`; for a closing: the scope, and nothing.
        let start: Int32
        let count: Int32
        /// Whether a miss saves.
        let saves: Bool
    }

    var contents: [Content] = []
    var objects: [Object] = []
    var events: [Event] = []
    var others: [Int32] = []
    var parts: [Int32] = []
    var partSizes: [Int64] = []
    var scopes = 0
    var families = 0
    /// Every object that a scope ever has: for closings.
    var objectsOfScope: [[Int32]] = []

    /// Lookups in it.
    package var lookups: Int { events.count { $0.own >= 0 } }

    /// Bytes of all contents and parts, each once.
    package var uniqueBytes: Int64 {
        contents.reduce(0) { $0 + ($1.parts.isEmpty ? $1.size : 0) } + partSizes.reduce(0, +)
    }

    /// Whether it says what contents share.
    package var hasParts: Bool { !parts.isEmpty }
}
