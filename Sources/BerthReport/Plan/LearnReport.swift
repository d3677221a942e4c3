/// Runs that were recorded: what `berth plan learn` shows.
package struct LearnReport: Report {
    package var schema = "berth.plan-learn/1"
    package private(set) var recorded = 0
    package private(set) var known = 0
    /// How many were passed over, by reason.
    package private(set) var passedOver: [String: Int] = [:]

    package init() {}

    /// Counts what a file brought.
    package mutating func add(new: Int, of all: Int, _ passedOver: [String: Int]) {
        recorded += new
        known += all - new
        self.passedOver.merge(passedOver, uniquingKeysWith: +)
    }

    package var identifiers: [String] { [] }

    package var text: String {
        let head = "new runs recorded: \(recorded)" + (known > 0 ? "; recorded before: \(known)" : "")
        return ([head] + passedOver.sorted { $0.key < $1.key }.map { "passed over \($0.value): \($0.key)" })
            .joined(separator: "\n")
    }
}
