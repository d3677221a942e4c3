import BerthSystem
import BerthTestSupport
import SystemPackage
import Testing

@testable import BerthCache

/// The same lookups through another program's LRU, FIFO and SIEVE.
struct ReferenceTests {
    @Test(arguments: ["lru", "fifo", "sieve"], [1, 2, 3])
    func `hits are those that an independent program counts`(_ name: String, _ seed: UInt64) async throws {
        var numbers = SeededNumbers(seed: seed)
        var builder = TraceBuilder()
        var lines = ""
        let sizes = (0..<200).map { _ in Int64(numbers.logNormal(median: 100, deviation: 1)) + 1 }
        for (object, size) in sizes.enumerated() {
            builder.describe(repository: "o/r", version: "", key: "\(object)", size: size, cost: 1)
        }
        for _ in 0..<5000 {
            // A few are asked for often.
            let object = Int(200 * numbers.unit() * numbers.unit() * numbers.unit())
            builder.add(.init(repository: "o/r", scope: "refs/heads/main", key: "\(object)"))
            lines += "\(object) \(sizes[object])\n"
        }
        let trace = builder.finish()
        let folder = try TemporaryFolder("reference")
        try Files.writeAtomically(lines, to: folder.path.appending("lookups"))
        let script = FilePath(#filePath).removingLastComponent().appending("reference.py")
        for capacity in [Int64(50), 500, 3000, 20_000, 1_000_000] {
            let command = Command(
                try Programs.require("sh", remedy: "install a shell"),
                [
                    "-c", "exec python3 \"$0\" \(name) \(capacity) < \"$1\"", script.string,
                    folder.path.appending("lookups").string,
                ])
            let words = try await command.output().split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
            let counts = try SimulatedPolicy(name: name).run(trace, capacity: capacity)
            #expect(words == [counts.hits, counts.lookups], "\(capacity) bytes")
        }
    }
}
