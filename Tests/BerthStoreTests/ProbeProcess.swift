import BerthStore
import BerthSystem
import Foundation
import SystemPackage

/// The probe as a process of its own: it may be killed, traced, or put into a namespace with a tiny disk.
enum ProbeProcess {
    /// Beside the tests, wherever the build folder lies.
    static var path: FilePath {
        get throws {
            let folders = [Machine.executable?.removingLastComponent()].compactMap(\.self) + bundleFolders
            let candidates = folders.map { $0.appending("BerthStoreProbe") }
            guard let found = candidates.first(where: { Files.exists($0) }) else {
                throw BerthError(.failed, "the probe was not built", place: "\(candidates)")
            }
            return found
        }
    }

    private static var bundleFolders: [FilePath] {
        guard let index = CommandLine.arguments.firstIndex(of: "--test-bundle-path"),
            CommandLine.arguments.indices.contains(index + 1)
        else { return [] }
        var folder = FilePath(CommandLine.arguments[index + 1])
        return (0..<4).map { _ in
            folder.removeLastComponent()
            return folder
        }
    }

    /// Runs it to its end.
    static func run(_ store: Store, _ arguments: [String]) async throws -> Command.Outcome {
        try await Command(try path, [store.root.string] + arguments).run()
    }

    /// Runs it under strace with one kind of fault injected, in calls on one file where that is named.
    static func run(
        _ store: Store, inject fault: String, on file: FilePath? = nil, _ arguments: [String]
    ) async throws -> Command.Outcome {
        let strace = try Programs.require("strace", remedy: "install strace")
        let calls = fault.prefix { $0 != ":" }
        let options =
            ["-f", "-qq", "-o", "/dev/null", "-e", "trace=\(calls)", "-e", "inject=\(fault)"]
            + (file.map { ["-P", $0.string] } ?? [])
        return try await Command(strace, options + [try path.string, store.root.string] + arguments).run()
    }

    /// Starts it and lets it run.
    static func start(_ store: Store, _ arguments: [String]) throws -> RunningProbe {
        let process = Process()
        process.executableURL = URL(filePath: try path.string)
        process.arguments = [store.root.string] + arguments
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        return RunningProbe(process: process, input: input, output: output)
    }
}

/// A probe under way.
struct RunningProbe {
    let process: Process
    let input: Pipe
    let output: Pipe

    /// Ends it as a power cut would, and waits until it is gone.
    func killHard() {
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// The next line that it wrote; waits for it, at most until the process ends.
    func line() -> String {
        var bytes: [UInt8] = []
        while let byte = try? output.fileHandleForReading.read(upToCount: 1)?.first, byte != 0x0A { bytes.append(byte) }
        return String(decoding: bytes, as: UTF8.self)
    }
}
