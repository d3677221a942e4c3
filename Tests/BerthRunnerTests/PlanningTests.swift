import BerthPlan
import BerthReport
import BerthSystem
import BerthTestSupport
import BerthWorkflow
import Foundation
import SystemPackage
import Testing

@testable import BerthEngine
@testable import BerthRunner

/// From workflow files and facts of a machine to a plan.
struct PlanningTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder("planning") }

    private static let ci = """
        on: push
        jobs:
          lint: {runs-on: x, steps: [{run: a}]}
          test:
            needs: lint
            runs-on: x
            concurrency: shared
            strategy: {max-parallel: 1, matrix: {v: [1, 2]}}
            steps: [{run: a}]
          never: {if: false, runs-on: x, steps: [{run: a}]}
        """

    private func jobs(_ files: [String: String], _ sizing: JobSizing = JobSizing()) throws -> PlannableJobs {
        var paths: [FilePath] = []
        for (name, text) in files.sorted(by: { $0.key < $1.key }) {
            try folder.write([".github/workflows/\(name)": .text(text)])
            paths.append(folder.path.pushing(FilePath(".github/workflows/\(name)")))
        }
        let set = try WorkflowSet.read(paths, facts: RunFacts())
        #expect(set.root == folder.path)
        return PlannableJobs(set, sizing)
    }

    @Test func `jobs of one workflow keep their names`() throws {
        let found = try jobs(["ci.yml": Self.ci])
        #expect(found.jobs.map(\.id.text) == ["lint", "test (1)", "test (2)"])
        #expect(found.jobs[1].predecessors == [Job.ID("lint")])
        #expect(found.limits[Resource("max-parallel test")] == 1 && found.limits[Resource("concurrency shared")] == 1)
        #expect(found.left.count == 1 && found.left[0].hasPrefix("never: "))
    }

    @Test func `jobs of several workflows carry their file's name; a concurrency group is shared, a matrix is not`()
        throws
    {
        let found = try jobs(["a.yml": Self.ci, "b.yml": Self.ci])
        #expect(found.jobs.map(\.id.text).prefix(3) == ["a.yml: lint", "a.yml: test (1)", "a.yml: test (2)"])
        #expect(found.jobs[4].predecessors == [Job.ID("b.yml: lint")])
        #expect(found.limits[Resource("max-parallel test of b.yml")] == 1)
        let holders = found.jobs.filter { $0.demand[Resource("concurrency shared")] == 1 }
        #expect(holders.count == 4 && found.limits[Resource("concurrency shared")] == 1)
        let size = MachineSize([.init(source: "test", slots: 8, memory: 64 << 30, processors: 64_000)])
        let report = try PlanMaking(title: "both", jobs: found, size: size).plan()
        let tests = report.jobs.filter { $0.id.contains("test") }.sorted { $0.start < $1.start }
        for (job, next) in zip(tests, tests.dropFirst()) { #expect(job.end <= next.start) }
    }

    @Test func `a flag wins over berth.yaml, that over the engine, that over the machine less a reserve`() {
        let host = (memory: Int64(16 << 30), processors: 8)
        let engine = EngineFacts(
            kind: .docker, version: "26", apiVersion: nil, storageDriver: "x", imageStore: .graphDriver,
            platform: ImagePlatform(architecture: "arm64"), memory: 8 << 30, processors: 4)
        let flag = MachineSize.Wish(source: "by flag", memory: 3 << 30)
        let file = MachineSize.Wish(source: "berth.yaml", slots: 3, memory: 4 << 30)
        let all = MachineSize([flag, file], engine: engine, host: host)
        #expect(
            all.slots == .init(value: 3, source: "berth.yaml") && all.memory == .init(value: 3 << 30, source: "by flag")
        )
        #expect(all.processors == .init(value: 4000, source: "Docker"))
        #expect(MachineSize([file], engine: engine, host: host).memory.value == 4 << 30)
        #expect(MachineSize([], engine: engine, host: host).memory == .init(value: 8 << 30, source: "Docker"))
        let bare = MachineSize([], host: host)
        #expect(
            bare.slots.value == 2
                && bare.memory == .init(value: 12 << 30, source: "this machine less 4096 MiB for itself"))
        #expect(bare.processors == .init(value: 8000, source: "this machine"))
    }

    @Test func `berth.yaml says how large the machine is and what jobs take; the first file that is there counts`()
        throws
    {
        try folder.write([
            "berth.yaml": .text("machine: {slots: 1, memory: 8GiB}\njobs:\n  - {match: lint, duration: 7s}\n"),
            "other.yaml": .text("machine: {slots: 5}\n"),
        ])
        let paths = ["none.yaml", "berth.yaml", "other.yaml"].map { folder.path.appending($0) }
        let settings = try PlanSettings.read(paths, below: folder.path)
        #expect(settings.machine?.slots == 1 && settings.machine?.memory == 8 << 30)
        var sizing = JobSizing()
        sizing.rules = settings.rules
        #expect(try jobs(["ci.yml": Self.ci], sizing).sizes[Job.ID("lint")]?.duration.value.expected == .seconds(7))
    }

    @Test func `faults of berth.yaml come out together, each with its place`() throws {
        try folder.write(["berth.yaml": .text("machine:\n  slots: many\n  memory: lots\n  colour: red\n")])
        let error = try #require(throws: BerthError.self) {
            _ = try PlanSettings.read([folder.path.appending("berth.yaml")], below: folder.path)
        }
        #expect(error.status == .usage)
        for line in ["berth.yaml:2:", "berth.yaml:3:", "berth.yaml:4:"] {
            #expect("\(error)".contains(line), "\(error)")
        }
    }

    @Test func `a section that nobody knows is a fault, those of other commands are none`() throws {
        func read(_ text: String) throws -> PlanSettings {
            try folder.write(["berth.yaml": .text(text)])
            return try PlanSettings.read([folder.path.appending("berth.yaml")], below: folder.path)
        }
        let all = "debian: {}\npython: {}\nnpm: {}\nregistry: x\nnightly: {}\nretention: {}\ncache: {}\njobs: []\n"
        #expect(try read(all + "machine: {slots: 3}\n").machine?.slots == 3)
        let error = try #require(throws: BerthError.self) { _ = try read("jobs: []\nmachin: {slots: 3}\n") }
        #expect(
            "\(error)".contains(
                "  where: berth.yaml:2:1: \"machin\" is not a known key of the configuration; did you mean \"machine\"?\n"
            ),
            "\(error)")
    }

    @Test func `a recipe at the top of a repository is no configuration, one in its place is`() throws {
        try folder.write([
            "berth.yaml": .text("name: tools\nplatforms: [linux/arm64]\n"),
            "user/berth.yaml": .text("machine: {slots: 5}\n"),
        ])
        let paths = ["berth.yaml", "user/berth.yaml"].map { folder.path.pushing(FilePath($0)) }
        #expect(try PlanSettings.read(paths, below: folder.path).machine?.slots == 5)
        #expect(try PlanSettings.read(Array(paths.prefix(1)), below: folder.path).machine == nil)
        #expect(throws: BerthError.self) { try PlanSettings.read(paths, below: folder.path.appending("user")) }
    }

    @Test func `a job that can never run is said at once, with what it needs and what there is`() throws {
        var sizing = JobSizing()
        try folder.write(["berth.yaml": .text("jobs:\n  - {match: lint, memory: 8GiB}\n")])
        sizing.rules = try PlanSettings.read([folder.path.appending("berth.yaml")], below: folder.path).rules
        let found = try jobs(["ci.yml": Self.ci], sizing)
        let making = PlanMaking(title: "x", jobs: found, size: MachineSize([.init(source: "", memory: 4 << 30)]))
        let error = try #require(throws: BerthError.self) { _ = try making.plan() }
        #expect("\(error)".contains("lint can never run: it needs 8.6 GB of memory, and there is 4.3 GB of memory"))
        #expect(throws: BerthError.self) { _ = try making.strictQueue() }
    }

    @Test func `more processors than there are keep nobody waiting`() throws {
        try folder.write(["berth.yaml": .text("jobs:\n  - {match: lint, cpus: 64}\n")])
        var sizing = JobSizing()
        sizing.rules = try PlanSettings.read([folder.path.appending("berth.yaml")], below: folder.path).rules
        let size = MachineSize([.init(source: "", memory: 64 << 30, processors: 2000)])
        let report = try PlanMaking(title: "x", jobs: jobs(["ci.yml": Self.ci], sizing), size: size).plan()
        let lint = try #require(report.jobs.first { $0.id == "lint" })
        #expect(lint.processors == 2)
        #expect(lint.sources.processors == "64 asked, berth.yaml:2:5 (lint), cut to what the machine has")
        #expect(
            report.notes == ["lint: 2 processors (64 asked, berth.yaml:2:5 (lint), cut to what the machine has)"])
    }

    @Test func `jobs with one wish that is cut share a note, and what nobody asked for has none`() throws {
        func plan(_ rule: String, processors: Int) throws -> PlanReport {
            try folder.write(["berth.yaml": .text("jobs:\n  - \(rule)\n")])
            var sizing = JobSizing()
            sizing.rules = try PlanSettings.read([folder.path.appending("berth.yaml")], below: folder.path).rules
            let cells =
                "on: push\njobs:\n  t:\n    runs-on: x\n    timeout-minutes: 5\n"
                + "    strategy: {matrix: {v: [1, 2, 3, 4, 5]}}\n    steps: [{run: a}]\n"
            let size = MachineSize([.init(source: "", memory: 64 << 30, processors: processors)])
            return try PlanMaking(title: "x", jobs: jobs(["ci.yml": cells], sizing), size: size).plan()
        }
        let text = "t (1), t (2), t (3) and 2 more: 5 min 0 s (1h asked, berth.yaml:2:5 (t), cut to timeout-minutes, "
        let notes = try plan("{match: t, duration: 1h}", processors: 4000).notes
        #expect(notes.count == 1 && notes[0].hasPrefix(text), "\(notes)")
        let half = try plan("{match: t, memory: 1GiB}", processors: 500)
        #expect(half.notes.isEmpty && half.jobs[0].processors == 0.5)
        #expect(half.jobs[0].sources.processors.hasPrefix("1 asked, default: "), "\(half.jobs[0].sources)")
    }
}
