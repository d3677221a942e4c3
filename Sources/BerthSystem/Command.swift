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
    }

    /// Runs it, feeding `input`; an outcome comes back whatever the exit code, an error only when it can't be run.
    package func run(input: [UInt8] = []) async throws -> Outcome {
        try await withThrowingTaskGroup(of: Outcome.self) { group in
            group.addTask { try await perform(input) }
            group.addTask {
                try await Task.sleep(for: limit)
                throw BerthError(
                    .temporary, "\(program.lastComponent?.string ?? "a program") took longer than \(limit)",
                    done: "it was ended", remedy: "run the same command again")
            }
            defer { group.cancelAll() }
            guard let first = try await group.next() else { throw CancellationError() }
            return first
        }
    }

    /// Runs it and throws with its own words when it fails.
    package func output(input: [UInt8] = [], remedy: String? = nil) async throws -> String {
        let outcome = try await run(input: input)
        guard outcome.succeeded else {
            throw BerthError(
                .failed, "\(program.lastComponent?.string ?? "program") failed with exit code \(outcome.code)",
                place: ([program.string] + arguments).joined(separator: " "),
                done: outcome.errors.isEmpty ? nil : String(outcome.errors.suffix(4000)), remedy: remedy)
        }
        return outcome.output
    }

    private func perform(_ input: [UInt8]) async throws -> Outcome {
        var options = PlatformOptions()
        options.processGroupID = 0
        options.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: .seconds(2))]
        let result = try await Subprocess.run(
            .path(.init(program.string)), arguments: Arguments(arguments),
            environment: .inherit.updating(variables), workingDirectory: directory.map { .init($0.string) },
            platformOptions: options, input: .array(input), output: .string(limit: outputLimit),
            error: .string(limit: outputLimit))
        let code: Int32 =
            switch result.terminationStatus {
            case .exited(let code): Int32(code)
            case .signaled(let signal): 128 + Int32(signal)
            }
        return Outcome(code: code, output: result.standardOutput, errors: result.standardError)
    }

    private var variables: [Environment.Key: String?] {
        let pairs = environment.compactMap { name, value in
            Environment.Key(rawValue: name).map { ($0, Optional(value)) }
        }
        return Dictionary(pairs) { _, last in last }
    }
}
