package import BerthDocument
package import BerthPlan

/// A value with where it comes from.
package struct Sourced<Value: Sendable>: Sendable {
    package let value: Value
    package let source: SizeSource

    package init(_ value: Value, from source: SizeSource) { (self.value, self.source) = (value, source) }
}

extension Sourced: Equatable where Value: Equatable {}

/// Where a job's size comes from, the strongest first.
package indirect enum SizeSource: Sendable, Hashable {
    /// An entry of `jobs` in `berth.yaml`.
    case rule(DocumentPlace, pattern: String)
    /// A label of `runs-on`.
    case label(String, DocumentPlace)
    /// Earlier runs, in the predictor's words.
    case history(String)
    /// The workflow itself: options of containers, a timeout.
    case workflow(DocumentPlace, String)
    /// What Berth takes where nobody says anything, and why.
    case standard(String)
    /// More was asked than there is: what, by whom, and what it was cut to, in words.
    case cut(asked: String, SizeSource, to: String)
}

extension SizeSource {
    /// Whether somebody said more than there is; not where it is only what Berth takes by itself.
    package var isCutWish: Bool {
        switch self {
        case .cut(_, .standard, _): false
        case .cut: true
        default: false
        }
    }
}

extension SizeSource: CustomStringConvertible {
    package var description: String {
        switch self {
        case .rule(let place, let pattern): "\(place) (\(pattern))"
        case .label(let label, let place): "the label \(label), \(place)"
        case .history(let text): text
        case .workflow(let place, let text): "\(text), \(place)"
        case .standard(let text): "default: \(text)"
        case .cut(let asked, let source, let limit): "\(asked) asked, \(source), cut to \(limit)"
        }
    }
}

/// What a job takes, and why it is believed to.
package struct JobSize: Sendable, Equatable {
    package var weight: Sourced<Weight>
    /// Bytes, with those of its services.
    package var memory: Sourced<Int>
    /// Thousandths of a processor, with those of its services.
    package var processors: Sourced<Int>
    package var duration: Sourced<DurationEstimate>
    /// When it is ended by force.
    package var limit: Sourced<Duration>

    package init(
        weight: Sourced<Weight>, memory: Sourced<Int>, processors: Sourced<Int>, duration: Sourced<DurationEstimate>,
        limit: Sourced<Duration>
    ) {
        (self.weight, self.memory, self.processors) = (weight, memory, processors)
        (self.duration, self.limit) = (duration, limit)
    }
}

/// What Berth takes where nobody says anything.
package struct StandardSizes: Sendable, Hashable {
    /// The median of public test and build jobs lies between 1.5 and 10 minutes: one in the middle, off by a factor of e.
    package var duration = DurationEstimate(.seconds(300), spread: 1)
    /// How far a duration that a person wrote down is off.
    package var statedSpread = 0.5
    package var memory = 2 << 30
    package var serviceMemory = 512 << 20
    package var processors = 1000
    /// So much memory makes a job heavy.
    package var heavyFrom = 6 << 30
    /// GitHub's own limit.
    package var limit = Duration.seconds(360 * 60)

    package init() {}
}
