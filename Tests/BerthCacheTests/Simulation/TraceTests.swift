import BerthArchive
import BerthStore
import BerthSystem
import BerthTestSupport
import SystemPackage
import Testing

@testable import BerthCache

/// Traces from files, from the model and from the own log.
struct TraceTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder("trace") }

    private func lines(_ text: String) throws -> CacheTrace {
        let path = folder.path.appending("trace.jsonl")
        try Files.writeAtomically(text, to: path)
        guard case .lookups(let trace) = try TraceFile.read(path) else { throw BerthError(.failed, "no lookups") }
        return trace
    }

    @Test func `neighbouring seeds give rows of their own`() {
        var rows = (1...3).map { SeededNumbers(seed: $0) }
        let numbers = rows.indices.map { index in Set((0..<100).map { _ in rows[index].next() }) }
        #expect(numbers[0].isDisjoint(with: numbers[1]) && numbers[1].isDisjoint(with: numbers[2]))
    }

    @Test func `JSON lines are read, sorted by time and refused with their place`() throws {
        let trace = try lines(
            """
            {"at": 30, "repository": "o/r", "scope": "refs/heads/main", "key": "a", "size": 10, "cost": 2.5}

            {"at": 20, "repository": "o/r", "closed": "refs/pull/1/merge"}
            {"at": 10, "repository": "o/r", "scope": "refs/pull/1/merge", "others": ["refs/heads/main"], "key": "b", \
            "parts": {"x": 3, "y": 4}, "saves": false}
            """)
        #expect(trace.lookups == 2 && trace.events.map { $0.own >= 0 } == [true, false, true])
        #expect(trace.contents.map(\.size).sorted() == [7, 10] && trace.uniqueBytes == 17 && trace.hasParts)
        #expect(trace.events.map(\.saves) == [false, false, true])
        for (text, part) in [
            ("{\"at\": 1, \"repository\": \"o/r\", \"scope\": \"s\", \"key\": \"k\", \"szie\": 1}", "szie"),
            ("{\"at\": -1, \"repository\": \"o/r\", \"closed\": \"s\"}", "line 1"), ("\n{\"at\"", "line 2"),
        ] {
            let error = #expect(throws: BerthError.self) { try lines(text) }
            #expect(error?.status == .usage && error?.place?.contains(part) == true, "\(error?.place ?? "")")
        }
    }

    private static let histories = """
        [{"repository": "o/r", "lockfile": "Cargo.lock", "commits": [[1000, "a"], [90000, "a"], [200000, "b"]]},
         {"repository": "p/s", "lockfile": "web/pnpm-lock.yaml", "commits": [[5000, "c"], [6000, "d"]]}]
        """

    private func streams() throws -> [LockfileStream] {
        let path = folder.path.appending("histories.json.gz")
        let bytes = Array(Self.histories.utf8)
        try Files.writeAtomically(try Compression.gzip(level: 6).makeCompressor().compress(bytes), to: path)
        guard case .lockfiles(let streams) = try TraceFile.read(path) else { throw BerthError(.failed, "no histories") }
        return streams
    }

    @Test func `histories become a lookup on main and two of a pull request for each commit`() throws {
        let streams = try streams()
        #expect(streams.map(\.commits.count) == [3, 2])
        let none = LockfileModel(streams, timing: .none).trace(seed: 1)
        #expect(none.lookups == 5 && none.contents.count == 4)
        let trace = LockfileModel(streams, timing: .hours4).trace(seed: 1)
        #expect(trace.lookups == 15 && trace.events.count == 20)
        // The second commit leaves the lockfile alone, so its pull request looks for a and hits on main; each other
        // commit misses once in its pull request, hits there, and misses once more on main.
        let counts = SimulatedPolicy(.lru, deadFirst: false).run(trace, capacity: .max / 4)
        #expect(counts.lookups == 15 && counts.hits == 15 - 4 * 2)
    }

    @Test func `a draw is the same for the same seed, and parts add up to the sizes`() throws {
        let streams = try streams()
        let model = LockfileModel(streams, timing: .lognormal)
        let (one, again, other) = (model.trace(seed: 3), model.trace(seed: 3), model.trace(seed: 4))
        #expect(one.contents.map(\.size) == again.contents.map(\.size))
        #expect(one.contents.map(\.size) != other.contents.map(\.size))
        let parts = model.trace(seed: 3, withParts: true)
        #expect(parts.contents.map(\.size) == one.contents.map(\.size))
        #expect(parts.uniqueBytes < one.uniqueBytes)
        for content in parts.contents {
            #expect(content.parts.reduce(Int64(0)) { $0 + parts.partSizes[Int(parts.parts[$1])] } == content.size)
        }
    }

    @Test func `dead first is nowhere worse than LRU on a year of small histories`() async throws {
        var numbers = SeededNumbers(seed: 5)
        let streams = (0..<3).map { index in
            var state = 0
            let commits = (0..<400).map { number in
                if numbers.unit() < 0.15 { state += 1 }
                return (at: Int64(number * 7000 + index), state: "s\(state)")
            }
            return LockfileStream(repository: "o/r\(index)", lockfile: "Cargo.lock", commits: commits)
        }
        var simulation = Simulation()
        (simulation.seeds, simulation.sizes) = (2, [1, 3].map { ByteCount($0 * 1_000_000_000) })
        simulation.policies = [
            SimulatedPolicy(.lru, deadFirst: false), SimulatedPolicy(.sieve, deadFirst: true),
        ]
        let outcome = try await simulation.run(.lockfiles(streams))[0]
        for size in 0..<2 {
            let hits = outcome.counts.map { $0[size].reduce(0) { $0 + $1.hits } }
            #expect(hits[1] >= hits[0], "\(hits)")
        }
    }

    @Test(.enabled(if: Profiles.hasTrace), arguments: PullTiming.allCases)
    func `on the recorded histories dead-first SIEVE is at no size and in no setting below LRU`(
        _ timing: PullTiming
    ) async throws {
        guard
            case .lockfiles(let streams) = try TraceFile.read(Profiles.trace)
        else { throw BerthError(.failed, "no histories") }
        #expect(streams.count == 14)
        var simulation = Simulation()
        (simulation.seeds, simulation.timings) = (2, [timing])
        simulation.policies = [
            SimulatedPolicy(.lru, deadFirst: false), SimulatedPolicy(.sieve, deadFirst: true),
        ]
        for outcome in try await simulation.run(.lockfiles(streams)) {
            for (size, bytes) in simulation.sizes.enumerated() {
                let counts = outcome.counts.map { $0[size] }
                let (hits, saved) = (
                    counts.map { $0.reduce(0) { $0 + $1.hits } }, counts.map { $0.reduce(0) { $0 + $1.costSaved } }
                )
                #expect(hits[1] >= hits[0] && saved[1] >= saved[0], "\(timing), \(bytes): \(hits), \(saved)")
            }
        }
    }

    @Test func `the own log is a trace: sizes and costs from what was saved`() throws {
        let yard = try CacheYard()
        let plant = Plant(store: yard.store)
        try plant.look("a", at: 1)
        let entry = try plant.entry("a", at: 2, packs: ["p", "q"], cost: 8)
        try plant.look("a", found: entry, at: 3)
        try plant.look("never-saved", at: 4)
        try yard.store.cacheLog.close(repository: "octo/hello", reference: "refs/heads/main", at: 3)
        let trace = try LogTrace.read(yard.store.cacheLog)
        #expect(trace.lookups == 3 && trace.events.count == 4 && trace.uniqueBytes == 200_000)
        let counts = SimulatedPolicy(.sieve, deadFirst: true).run(trace, capacity: 1_000_000)
        #expect(counts.hits == 1 && counts.costSaved == 8 && counts.cost == 16)
    }
}
