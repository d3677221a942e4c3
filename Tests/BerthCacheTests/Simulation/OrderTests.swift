import BerthStore
import Testing

@testable import BerthCache

/// Each algorithm against cases worked out by hand, and the cache around it.
struct OrderTests {
    /// Objects of one byte, looked for in this order on one branch: `H` for a hit, `m` for a miss.
    private func run(
        _ keys: String, _ algorithm: SimulatedPolicy.Algorithm, capacity: Int64, sizes: [Character: Int64] = [:]
    ) -> String {
        var result = ""
        var hits = 0
        // One key more each time: the counts say what the last lookup was.
        for end in keys.indices {
            let policy = SimulatedPolicy(algorithm, deadFirst: false)
            let counts = policy.run(Self.trace(String(keys[...end]), sizes), capacity: capacity)
            result += counts.hits > hits ? "H" : "m"
            hits = counts.hits
        }
        return result
    }

    private static func trace(_ keys: String, _ sizes: [Character: Int64] = [:]) -> CacheTrace {
        var builder = TraceBuilder()
        for key in Set(keys) {
            builder.describe(repository: "o/r", version: "", key: "\(key)", size: sizes[key] ?? 1, cost: 1)
        }
        for key in keys { builder.add(.init(repository: "o/r", scope: "refs/heads/main", key: "\(key)")) }
        return builder.finish()
    }

    @Test func `FIFO, LRU and SIEVE by hand`() {
        // a is hit before d comes: FIFO takes a all the same, LRU and SIEVE take b.
        #expect(run("abcadab", .fifo, capacity: 3) == "mmmHmmm")
        #expect(run("abcadab", .lru, capacity: 3) == "mmmHmHm")
        #expect(run("abcadab", .sieve, capacity: 3) == "mmmHmHm")
        // SIEVE's hand spares a once and goes on at c: the next victims are c, then d.
        #expect(run("abcadeac", .sieve, capacity: 3) == "mmmHmmHm")
        #expect(run("abcadeac", .lru, capacity: 3) == "mmmHmmHm")
    }

    @Test func `S3-FIFO lets one-time objects leave by the small queue, and remembers them`() {
        // Ten bytes: one for the small queue. a is hit twice, so it moves to the main queue and survives the scan.
        #expect(run("aaabcdefghijkla", .s3fifo, capacity: 10).last == "H")
        #expect(run("abcdefghijkla", .s3fifo, capacity: 10).last == "m")
    }

    @Test func `GDSF keeps small objects and those with many hits`() {
        let sizes: [Character: Int64] = ["L": 8]
        #expect(run("Labcab", .gdsf, capacity: 10, sizes: sizes) == "mmmmHH")
        #expect(run("LLLLLLLLLLLLLLLLLLLLabcL", .gdsf, capacity: 10, sizes: sizes).last == "H")
    }

    @Test func `nothing larger than the cache is kept, and an endless cache misses each object once`() {
        #expect(run("aa", .lru, capacity: 1, sizes: ["a": 2]) == "mm")
        for algorithm in SimulatedPolicy.Algorithm.allCases {
            #expect(run("abcabc", algorithm, capacity: 1000) == "mmmHHH", "\(algorithm)")
        }
    }

    @Test func `scopes: own first, then the others; closed scopes and superseded entries go first`() {
        var builder = TraceBuilder()
        for key in ["k-1", "k-2", "x", "y"] {
            builder.describe(repository: "o/r", version: "", key: key, size: 10, cost: 2)
        }
        let main = "refs/heads/main"
        builder.add(.init(repository: "o/r", scope: main, key: "x"))
        builder.add(.init(repository: "o/r", scope: "refs/pull/1/merge", others: [main], key: "x"))
        builder.add(.init(repository: "o/r", scope: "refs/pull/1/merge", others: [main], key: "y"))
        builder.add(.init(repository: "o/r", scope: main, key: "y"))
        builder.close(repository: "o/r", scope: "refs/pull/1/merge")
        builder.add(.init(repository: "o/r", scope: main, key: "k-1"))
        builder.add(.init(repository: "o/r", scope: main, key: "k-2"))
        builder.add(.init(repository: "o/r", scope: main, key: "x"))
        builder.add(.init(repository: "o/r", scope: main, key: "y"))
        let trace = builder.finish()
        // Three fit. Dead first: k-1 takes the place of the pull request's y, k-2 that of k-1, and x and y are hit.
        let dead = SimulatedPolicy(.lru, deadFirst: true).run(trace, capacity: 30)
        #expect(dead.lookups == 8 && dead.hits == 3 && dead.cost == 16 && dead.costSaved == 6 && dead.evictions == 2)
        let plain = SimulatedPolicy(.lru, deadFirst: false).run(trace, capacity: 30)
        #expect(plain.hits == 1)
    }

    @Test func `shared bytes count once and go with the last holder`() {
        var builder = TraceBuilder()
        for (key, part) in [("a", "1"), ("b", "2"), ("c", "3")] {
            builder.describe(
                repository: "o/r", version: "", key: key, size: 0, cost: 1,
                parts: [.init(name: "common", size: 90), .init(name: part, size: 10)])
        }
        for key in ["a", "b", "c", "a", "b", "c"] {
            builder.add(.init(repository: "o/r", scope: "refs/heads/main", key: key))
        }
        let trace = builder.finish()
        let policy = SimulatedPolicy(.lru, deadFirst: false)
        #expect(policy.run(trace, capacity: 120, shared: true).hits == 3)
        #expect(policy.run(trace, capacity: 119, shared: true).hits == 0)
        #expect(policy.run(trace, capacity: 120, shared: false).hits == 0 && trace.uniqueBytes == 120)
    }
}
