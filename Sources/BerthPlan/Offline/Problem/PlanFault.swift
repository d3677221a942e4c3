/// Why jobs can't be planned: all faults at once, each with the job it belongs to.
package struct PlanFault: Error, Equatable, CustomStringConvertible {
    /// One fault.
    package enum Kind: Equatable, Sendable {
        /// Two jobs have this name.
        case duplicate(Job.ID)
        /// A job waits for one that is not there.
        case unknownPredecessor(Job.ID, Job.ID)
        /// Each job waits for the next, and the last for the first; the others are in circles with them.
        case cycle([Job.ID], others: [Job.ID] = [])
        /// A job needs more than there is even where it is alone.
        case neverFits(Job.ID, Resource, needs: Int, available: Int)
        /// A duration is negative or above the limit.
        case duration(Job.ID, Duration)
        /// What a job saves where something is warm is negative or above the limit.
        case saving(Job.ID, Warmth, Duration)
        /// A release is negative or above the limit.
        case release(Job.ID, Duration)
        /// A job would give a resource instead of taking it.
        case negativeDemand(Job.ID, Resource, Int)
        /// The machine has less than nothing, no slot, or more than can be counted.
        case capacity(Resource, Int)
        /// More jobs than are planned at once.
        case tooMany(Int)
        /// A line of a Patterson file, counted from one, says something else than it should.
        case line(Int, String)
        /// Rows and columns of a problem don't match.
        case shape
    }

    package let faults: [Kind]

    init(_ faults: [Kind]) { self.faults = faults }

    package var description: String { faults.map(\.description).joined(separator: "\n") }
}

extension PlanFault.Kind {
    /// One for each group of jobs that wait for each other.
    static func cycles(in predecessors: [[Int]], _ id: (Int) -> Job.ID) -> [PlanFault.Kind] {
        Circle.all(in: predecessors).map { .cycle($0.path.map(id), others: $0.others.map(id)) }
    }
}

extension PlanFault.Kind: CustomStringConvertible {
    /// What is wrong, and what to change.
    package var description: String {
        switch self {
        case .duplicate(let job): "two jobs are called \(job); rename one"
        case .unknownPredecessor(let job, let missing): "\(job) waits for \(missing), which is not there"
        case .cycle(let path, let others):
            "jobs wait for each other: \((path + path.prefix(1)).map(\.text).joined(separator: " waits for "))"
                + (others.isEmpty ? "" : "; in circles with them: \(others.map(\.text).joined(separator: ", "))")
        case .neverFits(let job, let resource, let needs, let available):
            "\(job) can never run: it needs \(needs) of \(resource), and there is \(available)"
        case .duration(let job, let time): "\(job) takes \(time); a duration lies between 0 and \(Self.limit)"
        case .saving(let job, let warmth, let time):
            "\(job) saves \(time) where \(warmth) is warm; that lies between 0 and \(Self.limit)"
        case .release(let job, let time): "\(job) is released at \(time); that lies between 0 and \(Self.limit)"
        case .negativeDemand(let job, let resource, let amount):
            "\(job) needs \(amount) of \(resource); an amount is not negative"
        case .capacity(let resource, let amount):
            "the machine has \(amount) of \(resource)"
                + (resource == .slots ? "; give it between 1 and \(Problem.largestCount)" : "; that can't be")
        case .tooMany(let count): "\(count) jobs; at most \(Problem.largestCount) are planned at once"
        case .line(let number, let what): "line \(number): \(what)"
        case .shape: "demands, predecessors, releases and durations have different counts"
        }
    }

    private static var limit: String { "35 days" }
}
