/// Something that happened during long work: a step began, moved, ended, or there is a line to say.
package enum ProgressEvent: Sendable, Equatable {
    /// A step began; `total` in its unit where it is known.
    case started(step: String, total: Int64?, unit: ProgressUnit)
    /// A step moved on to `done` of its unit.
    case moved(step: String, done: Int64)
    /// A step ended well; `note` says what came of it.
    case ended(step: String, note: String?)
    /// A step failed.
    case failed(step: String, reason: String)
    /// A line for people: what was decided, and why.
    case said(String)
}

/// What a step's numbers count.
package enum ProgressUnit: String, Sendable, Codable {
    case bytes
    case items
    /// Time that passes.
    case milliseconds
}

/// Whoever wants to know how long work goes on: a terminal, plain lines, JSON lines, a test.
package protocol ProgressSink: Sendable {
    func report(_ event: ProgressEvent)
}

/// For callers that want no progress.
package struct NoProgress: ProgressSink {
    package init() {}
    package func report(_ event: ProgressEvent) {}
}
