internal import Foundation
internal import Subprocess
package import SystemPackage

/// Another program to run: bounded in time and output, its whole group ended when time is up.
package struct Command: Sendable {
    package var program: FilePath
    package var arguments: [String]
    package var environment: [String: String] = [:]
    package var directory: FilePath?
    package var limit: Duration = .seconds(60)
    package var outputLimit = 64 << 20

    package init(_ program: FilePath, _ arguments: [String] = []) {
        self.program = program
        self.arguments = arguments
    }

    /// What a program left behind.
    package struct Outcome: Sendable {
        /// Exit code, or 128 + signal.
        package let code: Int32
        package let output: String
        package let errors: String
        package var succeeded: Bool { code == 0 }

        package init(code: Int32, output: String, errors: String) {
            self.code = code
            self.output = output
            self.errors = errors
        }
    }

    /// Runs it, feeding `input`; an outcome comes back whatever the exit code, an error only when it can't be run.
    package func run(input: [UInt8] = []) async throws -> Outcome {
        // Subprocess aborts when an array can't be written because the program has ended: fed, it is only told.
        guard input.isEmpty else { return try await run(feeding: { try await $0.write(input) }) }
        _ = Command.brokenPipesAreErrors
        return try await within(limit, name) { try await startable { try await perform() } }
    }

    /// Runs it and throws with its own words when it fails.
    package func output(input: [UInt8] = [], remedy: String? = nil) async throws -> String {
        let outcome = try await run(input: input)
        guard outcome.succeeded else {
            throw BerthError(
                .failed, "\(name) failed with exit code \(outcome.code)", place: line,
                done: outcome.errors.isEmpty ? nil : String(outcome.errors.suffix(4000)), remedy: remedy)
        }
        return outcome.output
    }

    private func perform() async throws -> Outcome {
        let result = try await Subprocess.run(
            executable, arguments: Arguments(arguments), environment: surroundings, workingDirectory: folder,
            platformOptions: Command.ownGroup, input: .none, output: .string(limit: outputLimit),
            error: .string(limit: outputLimit))
        return Outcome(
            code: Command.code(result.terminationStatus), output: result.standardOutput,
            errors: result.standardError)
    }

    /// Says of a program that can't be run which one it is.
    func startable<Result>(_ work: () async throws -> Result) async throws -> Result {
        do { return try await work() } catch let error as SubprocessError where error.code == .executableNotFound {
            throw BerthError(
                .failed, "\(name) can't be run", place: program.string,
                remedy: "see that it is installed and may be executed", cause: error)
        }
    }

    /// The program's name, for messages.
    var name: String { program.lastComponent?.string ?? "a program" }

    /// The whole command, for messages.
    var line: String { ([program.string] + arguments).joined(separator: " ") }

    var executable: Executable { .path(.init(program.string)) }
    var folder: FilePath? { directory.map { .init($0.string) } }

    var surroundings: Environment {
        let pairs = environment.compactMap { name, value in
            Environment.Key(rawValue: name).map { ($0, Optional(value)) }
        }
        return .inherit.updating(Dictionary(pairs) { _, last in last })
    }

    /// A process group of its own, so that its children end with it.
    static var ownGroup: PlatformOptions {
        var options = PlatformOptions()
        options.processGroupID = 0
        options.teardownSequence = [
            .gracefulShutDown(toProcessGroup: true, allowedDurationToNextStep: .seconds(2))
        ]
        return options
    }

    static func code(_ status: TerminationStatus) -> Int32 {
        switch status {
        case .exited(let code): Int32(code)
        case .signaled(let signal): 128 + Int32(signal)
        }
    }
}
