import BerthSystem
import BerthTestSupport
import Synchronization
import SystemPackage
import Testing

/// How a command of a test reaches the cache.
enum CommandWay: CaseIterable, Sendable {
    /// It opens the store.
    case local
    /// A `berth serve` has the store.
    case service
}

/// A `berth serve` on a free port, for as long as somebody holds it.
final class ServedStore: Sendable {
    let url: String
    private let calls: Calls
    private let task: Task<Void, any Error>

    /// Serves the store of these calls.
    init(_ calls: Calls) async throws {
        self.calls = calls
        var command = Command(
            try BuiltProgram.path, ["serve", "--listen", "127.0.0.1:0", "--keep-free", "1MB", "--quiet"])
        command.environment = calls.environment.merging(["BERTH_HOME": calls.home.string]) { $1 }
        command.limit = .seconds(600)
        let (run, output) = (command, Said())
        task = Task { _ = try await run.run(receiving: { output.take($0) }, errors: { _ in }) }
        url = try await output.line()
    }

    deinit { task.cancel() }

    /// A token for a job of a reference.
    func token(_ reference: String) async throws -> String {
        let words = ["serve", "token", "--repository", "octo/hello", "--ref", reference]
        let made = try await calls.other(BuiltProgram.path.string, words)
        try #require(made.code == 0, "\(made)")
        return String(made.output.prefix { $0 != "\n" })
    }
}

/// What a program printed so far.
private final class Said: Sendable {
    private let text = Mutex("")

    func take(_ bytes: [UInt8]) { text.withLock { $0 += String(decoding: bytes, as: UTF8.self) } }

    /// Its first line.
    func line() async throws -> String {
        for _ in 0..<1200 {
            let text = text.withLock { $0 }
            if let end = text.firstIndex(of: "\n") { return String(text[..<end]) }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw BerthError(.failed, "the service of the test did not start")
    }
}
