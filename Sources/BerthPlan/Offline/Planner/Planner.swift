/// Plans a known set of jobs: lists by rules, randomised search, lower bounds, and exact search where it finishes.
///
/// The same seed and the same numbers of steps give the same plan everywhere. There is no clock in here: a time budget is a
/// `shouldStop` that cuts the steps, and a plan says how many ran.
package struct Planner: Sendable {
    package struct Options: Sendable, Equatable {
        package var seed: UInt64
        /// Schedules to generate at most; nil is a number that suits the number of jobs.
        package var schedules: Int?
        /// Nodes of the exact search to visit at most; zero leaves it out.
        package var nodes: Int

        package init(seed: UInt64 = 1, schedules: Int? = nil, nodes: Int = 400_000) {
            (self.seed, self.schedules, self.nodes) = (seed, schedules, nodes)
        }
    }

    private let options: Options
    private let shouldStop: @Sendable () -> Bool

    /// A planner that stops early when `shouldStop` says so; it is asked often.
    package init(_ options: Options = Options(), shouldStop: @escaping @Sendable () -> Bool = { false }) {
        (self.options, self.shouldStop) = (options, shouldStop)
    }

    /// The plan of these jobs on this machine.
    ///
    /// - Throws: `PlanFault` with all that is wrong with the jobs.
    package func plan(_ jobs: [Job], on machine: Machine) throws(PlanFault) -> Plan {
        let problem = try Problem(jobs, on: machine)
        return Plan(plan(problem), of: problem, seed: options.seed)
    }

    /// A schedule of a problem.
    package func plan(_ problem: Problem) -> Solution {
        var portfolio = Portfolio(problem, options, shouldStop)
        return portfolio.solve()
    }
}
