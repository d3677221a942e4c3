@testable import BerthReport

/// A plan of seven jobs on two slots, of which two are heavy.
enum PlanFixture {
    static func job(
        _ id: String, slot: Int, _ start: Double, _ end: Double, heavy: Bool = false, gigabytes: Int64 = 2,
        after: [String] = [], reason: String
    ) -> PlanReport.Job {
        PlanReport.Job(
            id: id, slot: slot, start: start, end: end, isHeavy: heavy, memory: gigabytes * 1_000_000_000,
            processors: 1, after: after, reason: reason,
            sources: .init(
                weight: heavy ? "berth.yaml" : "default", memory: "berth.yaml", processors: "default",
                duration: "history: 12 runs"))
    }

    static var report: PlanReport {
        var report = PlanReport(
            title: "ci.yml",
            machine: .init(
                slots: 2, memory: 12_000_000_000, memorySource: "--memory", processors: 8, processorsSource: "host"),
            jobs: [
                job("lint", slot: 1, 0, 45, reason: "at once"),
                job("build", slot: 2, 0, 240, heavy: true, gigabytes: 8, reason: "at once"),
                job("unit (3.12)", slot: 1, 45, 195, after: ["lint"], reason: "lint ended, which it needs"),
                job(
                    "unit (3.13)", slot: 1, 195, 350, after: ["lint"],
                    reason: "a slot was free then: unit (3.12) ended"),
                job(
                    "end to end <&>", slot: 2, 240, 560, heavy: true, gigabytes: 9, after: ["build"],
                    reason: "build ended, which it needs"),
                job("notify", slot: 1, 350, 352, gigabytes: 1, reason: "a slot was free then: unit (3.13) ended"),
                job("docs", slot: 1, 352, 520, reason: "a slot was free then: notify ended"),
            ], makespan: 560, bound: 540, method: "branch and bound", steps: 1234, seed: 7)
        report.left = ["deploy: `if` is false: github.ref is refs/heads/topic"]
        report.notes = ["cron: github.event.schedule is not known before the run"]
        return report
    }
}
