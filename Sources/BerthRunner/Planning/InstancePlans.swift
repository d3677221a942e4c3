package import BerthPlan
package import BerthReport
internal import BerthSystem
package import SystemPackage

/// Instances of the resource-constrained project scheduling problem, planned one after the other.
package enum InstancePlans {
    /// Plans each file within the budget, if there is one.
    ///
    /// - Throws: `BerthError` (64) for a file that is no instance, with its line.
    package static func report(
        _ files: [FilePath], _ options: Planner.Options, budget: Duration?, progress: any ProgressSink = NoProgress()
    ) throws -> ScheduleListReport {
        ScheduleListReport(
            try ListProgress.map(files, progress) { file in
                schedule(try instance(file), of: file.string.escaped, options, budget)
            })
    }

    private static func instance(_ file: FilePath) throws -> Problem {
        let text = try Files.readText(file)
        do { return try PattersonFile.read(text) } catch {
            throw BerthError(
                .usage, "the file is no instance in Patterson's format", place: "\(file.string.escaped): \(error)",
                remedy: "name files such as PSPLIB's in .rcp form")
        }
    }

    /// One problem, with the time that planning it took.
    static func schedule(
        _ problem: Problem, of file: String, _ options: Planner.Options, _ budget: Duration?
    ) -> ScheduleListReport.Schedule {
        let clock = ContinuousClock()
        let begin = clock.now
        let solution = Planner(options, shouldStop: PlanMaking.deadline(budget)).plan(problem)
        return .init(
            file: file, makespan: solution.schedule.makespan, bound: solution.bound,
            method: "\(solution.method)", steps: solution.schedules + solution.nodes,
            milliseconds: (clock.now - begin).inSeconds * 1000, starts: solution.schedule.starts)
    }
}
