/// Which job runs when, in which slot, and why: what `berth plan` shows.
package struct PlanReport: Report {
    /// One job of the plan.
    package struct Job: Encodable, Sendable, Equatable {
        package var id: String
        /// As GitHub shows it.
        package var name: String
        /// From 1.
        package var slot: Int
        /// Seconds from the start of the plan.
        package var start: Double
        package var end: Double
        package var isHeavy: Bool
        /// Bytes.
        package var memory: Int64
        package var processors: Double
        /// What must have ended before it starts.
        package var after: [String]
        /// Why it starts when it does.
        package var reason: String
        /// Where weight, memory, processors and duration come from.
        package var sources: Sources

        package init(
            id: String, name: String? = nil, slot: Int, start: Double, end: Double, isHeavy: Bool, memory: Int64,
            processors: Double,
            after: [String], reason: String, sources: Sources
        ) {
            (self.id, self.name, self.slot) = (id, name ?? id, slot)
            (self.start, self.end) = (start, end)
            (self.isHeavy, self.memory, self.processors) = (isHeavy, memory, processors)
            (self.after, self.reason, self.sources) = (after, reason, sources)
        }
    }

    /// Where each figure of a job comes from, in words.
    package struct Sources: Encodable, Sendable, Equatable {
        package var weight: String
        package var memory: String
        package var processors: String
        package var duration: String

        package init(weight: String, memory: String, processors: String, duration: String) {
            (self.weight, self.memory, self.processors, self.duration) = (weight, memory, processors, duration)
        }
    }

    /// What the jobs share, and who says so.
    package struct Machine: Encodable, Sendable, Equatable {
        package var slots: Int
        package var memory: Int64
        package var memorySource: String
        package var processors: Double
        package var processorsSource: String

        package init(
            slots: Int, memory: Int64, memorySource: String, processors: Double, processorsSource: String
        ) {
            (self.slots, self.memory, self.memorySource) = (slots, memory, memorySource)
            (self.processors, self.processorsSource) = (processors, processorsSource)
        }
    }

    package var schema = "berth.plan/1"
    package var title: String
    package var machine: Machine
    /// By start, then slot.
    package var jobs: [Job]
    /// Seconds until all have ended.
    package var makespan: Double
    /// Seconds before which no plan ends.
    package var bound: Double
    /// How the plan was found.
    package var method: String
    package var steps: Int
    package var seed: UInt64
    /// Jobs that will not run, and why.
    package var left: [String] = []
    /// What could not be known before the run.
    package var notes: [String] = []
    /// The width of the terminal; nil without one.
    ///
    /// Then charts take 80 columns, and tables what they need. No part of the JSON form.
    package var columns: Int?

    package init(
        title: String, machine: Machine, jobs: [Job], makespan: Double, bound: Double, method: String, steps: Int,
        seed: UInt64
    ) {
        (self.title, self.machine, self.makespan, self.bound) = (title, machine, makespan, bound)
        (self.method, self.steps, self.seed) = (method, steps, seed)
        self.jobs = jobs.sorted { ($0.start, $0.slot, $0.id) < ($1.start, $1.slot, $1.id) }
    }

    private enum CodingKeys: CodingKey {
        case schema
        case title
        case machine
        case jobs
        case makespan
        case bound
        case method
        case steps
        case seed
        case left
        case notes
    }

    package var identifiers: [String] { jobs.map(\.id) }

    /// How much longer than the bound it may be: 0.02 stands for two per cent.
    package var gap: Double { bound > 0 ? max(0, makespan / bound - 1) : 0 }

    /// The bars of its slots; numbers are those of the table.
    package var chart: GanttChart {
        let numbered = jobs.enumerated().map { number, job in
            (
                job.slot,
                GanttChart.Bar(
                    name: job.id, key: "\(number + 1)", start: job.start, end: job.end, isHeavy: job.isHeavy,
                    memory: job.memory, after: job.after, reason: job.reason)
            )
        }
        let rows = (1...max(1, machine.slots)).map { slot in
            GanttChart.Row(title: "slot \(slot)", bars: numbered.filter { $0.0 == slot }.map(\.1))
        }
        return GanttChart(rows: rows, memory: machine.memory, bound: bound)
    }
}
