/// What to do now, and why.
package struct OnlineDecision: Sendable, Hashable {
    /// In this order; each fits beside the ones before.
    package var starts: [Start] = []
    /// For whom something is kept free.
    package var reservation: Reservation?
    /// Everyone else in order of arrival; empty where no reasons were asked for.
    package var waits: [Wait] = []

    /// A job that starts now.
    package struct Start: Sendable, Hashable {
        package let job: Job.ID
        package let reason: Reason
    }

    /// A job that does not start now.
    package struct Wait: Sendable, Hashable {
        package let job: Job.ID
        package let reason: Reason
    }
}

extension OnlineDecision.Start {
    /// Why a job starts now.
    package enum Reason: Sendable, Hashable, CustomStringConvertible {
        /// First by the policy's ranking.
        case first
        /// First of those that fit; the one that comes first in the row doesn't.
        case fits(past: Job.ID)
        /// It has waited longer than the limit, and is the oldest that has.
        case overdue(waited: Duration)
        /// It fits beside what is kept for another.
        case beside(reserved: Job.ID)

        package var description: String {
            switch self {
            case .first: "first in the row"
            case .fits(let other): "first that fits: \(other) does not yet"
            case .overdue(let waited): "waited \(waited), longer than the limit"
            case .beside(let other): "fits beside what is kept for \(other)"
            }
        }
    }
}

extension OnlineDecision.Wait {
    /// Why a job waits.
    package enum Reason: Sendable, Hashable, CustomStringConvertible {
        /// More than the whole machine has: it can't start here as the machine is.
        case exceeds(Resource, needs: Int, has: Int)
        /// Others hold it.
        case lacks(Resource, needs: Int, free: Int)
        /// It would fit, but takes what is kept for this job.
        case reserved(for: Job.ID)
        /// It would fit, but this job comes first and nobody passes.
        case behind(Job.ID)

        package var description: String {
            switch self {
            case .exceeds(let resource, let needs, let has):
                "can never start here: needs \(needs) of \(resource), the machine has \(has)"
            case .lacks(.heavy, _, _): "another heavy job runs"
            case .lacks(let resource, let needs, let free): "needs \(needs) of \(resource), \(free) free"
            case .reserved(let other): "what it needs is kept for \(other)"
            case .behind(let other): "comes after \(other)"
            }
        }
    }
}

/// What is kept for a job that can't start yet.
package struct Reservation: Sendable, Hashable {
    package let job: Job.ID
    /// The running jobs whose end makes room for it, in the order in which they are counted on.
    package let waitsFor: [Job.ID]
    /// When the last of them is expected to end.
    package let expected: Duration
}
