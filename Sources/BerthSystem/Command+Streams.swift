internal import Foundation
internal import Subprocess

/// Takes the pieces of a running program's input.
package struct CommandInput: Sendable {
    private let writer: StandardInputWriter

    fileprivate init(_ writer: StandardInputWriter) { self.writer = writer }

    /// Hands over one piece; returns once the program's pipe has taken all of it.
    package func write(_ bytes: [UInt8]) async throws {
        do { _ = try await writer.write(bytes) } catch {
            throw Command.InputRefused(cause: error)
        }
    }
}

extension Command {
    /// The program closed its input before all of it was written; its own words say why.
    package struct InputRefused: Error { package let cause: any Error }

    /// Runs it while `feed` writes its input piece by piece; nothing is held beyond one piece.
    ///
    /// When the program ends early its outcome counts, not the broken pipe.
    package func run(
        feeding feed: @Sendable @escaping (CommandInput) async throws -> Void
    ) async throws -> Outcome {
        _ = Command.brokenPipesAreErrors
        return try await within(limit, name) {
            try await startable {
                let result = try await Subprocess.run(
                    executable, arguments: Arguments(arguments), environment: surroundings,
                    workingDirectory: folder, platformOptions: Command.ownGroup, input: .inputWriter,
                    output: .string(limit: outputLimit), error: .string(limit: outputLimit)
                ) { execution in
                    do { try await feed(CommandInput(execution.standardInputWriter)) } catch is InputRefused {
                        return false
                    }
                    return true
                }
                let outcome = Outcome(
                    code: Command.code(result.terminationStatus), output: result.standardOutput,
                    errors: result.standardError)
                guard result.closureResult || !outcome.succeeded else {
                    throw BerthError(.failed, "\(name) stopped reading its input", place: line)
                }
                return outcome
            }
        }
    }

    /// Runs it while `receive` takes its output piece by piece; the program waits while a piece is worked on.
    package func run(
        receiving receive: @Sendable @escaping ([UInt8]) async throws -> Void
    ) async throws -> Outcome {
        _ = Command.brokenPipesAreErrors
        return try await within(limit, name) {
            try await startable {
                let result = try await Subprocess.run(
                    executable, arguments: Arguments(arguments), environment: surroundings,
                    workingDirectory: folder, platformOptions: Command.ownGroup, input: .none, output: .sequence,
                    error: .string(limit: outputLimit)
                ) { execution in
                    try await Command.pass(execution.standardOutput, to: receive)
                }
                return Outcome(code: Command.code(result.terminationStatus), output: "", errors: result.standardError)
            }
        }
    }

    /// Runs it while both outputs are taken piece by piece; gives the exit code, or 128 + signal.
    package func run(
        receiving receive: @Sendable @escaping ([UInt8]) async throws -> Void,
        errors: @Sendable @escaping ([UInt8]) async throws -> Void
    ) async throws -> Int32 {
        _ = Command.brokenPipesAreErrors
        return try await within(limit, name) {
            try await startable {
                let result = try await Subprocess.run(
                    executable, arguments: Arguments(arguments), environment: surroundings,
                    workingDirectory: folder, platformOptions: Command.ownGroup, input: .none, output: .sequence,
                    error: .sequence
                ) { execution in
                    async let words: Void = Command.pass(execution.standardError, to: errors)
                    try await Command.pass(execution.standardOutput, to: receive)
                    try await words
                }
                return Command.code(result.terminationStatus)
            }
        }
    }

    private static func pass(
        _ pieces: SubprocessOutputSequence, to receive: @Sendable ([UInt8]) async throws -> Void
    ) async throws {
        for try await piece in pieces {
            let bytes = unsafe piece.withUnsafeBytes { unsafe [UInt8]($0) }
            try await receive(bytes)
        }
    }

    /// A program that stops reading must be an error here, not a signal that ends Berth (signal(7), SIGPIPE).
    ///
    /// Programs that Berth starts get the default back.
    static let brokenPipesAreErrors: Void = { _ = signal(SIGPIPE, SIG_IGN) }()
}
