import BerthSystem
import BerthTestSupport
import SystemPackage

/// Two trees, a store, and the program under a debugger that kills it or lies to it.
struct FaultYard {
    let folder: TemporaryFolder
    let calls: Calls

    init() throws {
        folder = try TemporaryFolder("cache-faults")
        calls = Calls(
            home: folder.path.appending("home"),
            environment: [
                "GITHUB_REPOSITORY": "octo/hello", "GITHUB_REF": "refs/heads/main", "GITHUB_OUTPUT": "",
                // faketime would change the times of files too, but not in each call that asks for them.
                "NO_FAKE_STAT": "1",
            ])
        for (name, seed) in [("one", 1), ("two", 2)] as [(String, UInt64)] {
            let place = folder.path.appending(name)
            try Files.makeDirectory(place)
            try Self.tree(seed).write(to: place)
        }
    }

    /// Forty files that compress badly, with links; about a third of them differ by `seed`.
    private static func tree(_ seed: UInt64) -> Tree {
        var tree: Tree = ["bin/tool": .program("#!/bin/sh\n"), "bin/alias": .link("tool")]
        for number in 0..<40 as Range<UInt64> {
            var random = SeededGenerator(state: number % 3 == 0 ? seed * 1000 + number : number)
            let bytes = (0..<(2000 + Int(number) * 300)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            tree.nodes["p\(number % 7)/file\(number)"] = .file(bytes, mode: 0o644)
        }
        return tree
    }

    func arguments(_ verb: String, _ name: String, in place: String? = nil) -> [String] {
        ["cache", verb, "--key", name, "--path", "tree=\(folder.path.appending(place ?? name))"]
            + (verb == "restore" ? ["--fail-on-miss"] : [])
    }

    func berth(_ arguments: [String]) async throws -> Command.Outcome {
        try await calls.other(BuiltProgram.path.string, arguments)
    }

    func berth(inject fault: String, _ arguments: [String]) async throws -> Command.Outcome {
        try await calls.berth(inject: fault, arguments, log: folder.path.appending("strace"))
    }

    /// Whose calls the faults met: each thread counts its own, so there may be several.
    enum Hit { case nobody, berth, runtime }

    var hit: Hit {
        get throws {
            let log = folder.path.appending("strace")
            defer { _ = try? Files.remove(log) }
            let lines = try Files.readText(log).split(separator: "\n")
            let met = lines.indices.filter { lines[$0].contains("INJECTED") }
            guard !met.isEmpty else { return .nobody }
            return met.contains { Self.isRuntime($0, lines) } ? .runtime : .berth
        }
    }

    /// On a busy machine libdispatch looks at its threads, and ends the process where it can't.
    private static func isRuntime(_ met: Int, _ lines: [Substring]) -> Bool {
        // A call that other threads came between has two lines, and its path stands in the first.
        let thread = lines[met].prefix { $0.isNumber } + " "
        let call = lines[...met].reversed().filter { $0.hasPrefix(thread) }.prefix(2)
        return call.contains { $0.contains(#/"/proc/[0-9]+/stat"/#) }
    }

    func isWhole() async throws -> Bool { try await berth(["store", "check", "--read-data"]).code == 0 }

    func tree(_ name: String) throws -> Tree { try Tree(reading: folder.path.appending(name)) }
}
