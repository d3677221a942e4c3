internal import ArgumentParser
internal import BerthArchive
internal import BerthCache
internal import BerthReport
internal import BerthStore
internal import BerthSystem
internal import SystemPackage

struct CacheSimulate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Run recorded lookups through caches of other sizes and policies, and show what would have hit.",
        discussion: """
            Without --trace the store's own log is taken. A trace is a file of JSON lines, or a JSON list of histories of \
            lockfiles, of which a model makes lookups; both may be compressed by gzip.
            """)

    @Option(name: .customLong("size"), help: "A size, such as 5GB; repeatable (default: 1, 2, 5, 10 and 20 GB).")
    var sizes: [String] = []

    @Option(
        help:
            "Policies, separated by commas: lru, fifo, sieve, s3fifo, gdsf, gdsf-cost, each also with +dead (default: all)."
    )
    var policy: String?

    @Option(help: "A file of lookups or histories of lockfiles.")
    var trace: String?

    @Flag(help: "Count once what contents share.")
    var shared = false

    @Option(help: "How long the model's pull requests are open: \(PullTiming.names), or all.")
    var timing = PullTiming.lognormal.rawValue

    @Option(help: "So many draws of the model's sizes and times.")
    var seeds = 10

    @Option(help: "Write the hit rates of the first setting as an SVG picture to this file.")
    var plot: String?

    @Flag(help: "Plot the time saved in place of the hits.")
    var plotTime = false

    @OptionGroup var common: CommonOptions

    func validate() throws {
        if !(1...100).contains(seeds) { throw ValidationError("--seeds is a number from 1 to 100") }
        if timing != "all" && PullTiming(rawValue: timing) == nil {
            throw ValidationError("--timing is one of \(PullTiming.names), or all")
        }
    }

    func run() async throws {
        let simulation = try simulation()
        let (source, name) = try await source()
        let report = try await simulation.report(source, name: name)
        if let plot, let setting = report.settings.first {
            let picture = report.plot(setting, ofTime: plotTime).svg
            try await offload { try Files.writeAtomically(picture, to: FilePath(plot)) }
        }
        try common.show(report)
    }

    private func simulation() throws -> Simulation {
        var simulation = Simulation()
        let given = try sizes.map { try PolicyOptions.size($0, "--size") }
        if !given.isEmpty { simulation.sizes = given.sorted() }
        if let policy {
            simulation.policies = try policy.split(separator: ",").map { try SimulatedPolicy(name: String($0)) }
        }
        simulation.timings = PullTiming(rawValue: timing).map { [$0] } ?? PullTiming.allCases
        (simulation.seeds, simulation.isShared) = (seeds, shared)
        return simulation
    }

    private func source() async throws -> (TraceSource, String) {
        if let trace {
            let path = FilePath(trace)
            return (try await offload { try TraceFile.read(path) }, (path.lastComponent?.string ?? trace).escaped)
        }
        let log = try common.openStore(create: false).cacheLog
        let own = try await offload { try LogTrace.read(log) }
        guard own.lookups > 0 else {
            throw BerthError(
                .missed, "the log has no lookups yet", remedy: "restore something first, or name a file with --trace")
        }
        return (.lookups(own), "this store's lookups")
    }
}

extension PullTiming {
    /// All settings, for help.
    static var names: String { allCases.map(\.rawValue).joined(separator: ", ") }
}
