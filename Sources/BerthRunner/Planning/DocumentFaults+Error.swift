internal import BerthDocument
internal import BerthSystem

extension DocumentFaults {
    /// Does work that reads a file; faults of the file become an error that says `what` has them, with the place of each.
    ///
    /// - Throws: `BerthError` (64) for faults; what else the work throws as it is.
    static func explained<Value>(_ what: String, _ work: () throws -> Value) throws -> Value {
        do { return try work() } catch let faults as DocumentFaults {
            throw BerthError(.usage, what, place: "\(faults)", remedy: "mend the lines named above")
        }
    }
}
