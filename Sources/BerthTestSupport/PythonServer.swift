internal import BerthSystem
internal import Synchronization

/// A server of a test in Python, which prints `port N` once it listens and then what it has to say, line by line.
package final class PythonServer: Sendable {
    /// On 127.0.0.1.
    package let port: Int
    private let said: Said

    private init(port: Int, said: Said) {
        self.port = port
        self.said = said
    }

    /// What it has said so far, without its port.
    package var lines: [String] { said.lines.filter { !$0.hasPrefix("port ") } }

    /// Serves for as long as `body` runs.
    static func serving<Result: Sendable>(
        _ program: String, _ arguments: [String], _ body: (PythonServer) async throws -> Result
    ) async throws -> Result {
        let python = try Programs.require("python3", remedy: "scripts/setup test")
        var command = Command(python, ["-c", program] + arguments)
        command.limit = .seconds(600)
        let (run, said) = (command, Said())
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { _ = try await run.run(receiving: { said.take($0) }, errors: { said.hear($0) }) }
            defer { group.cancelAll() }
            return try await body(PythonServer(port: try await said.port(), said: said))
        }
    }
}

/// What the program printed.
private final class Said: Sendable {
    private let text = Mutex("")
    private let trouble = Mutex("")

    var lines: [String] { text.withLock { $0.split(separator: "\n").map(String.init) } }

    func take(_ bytes: [UInt8]) { text.withLock { $0 += String(decoding: bytes, as: UTF8.self) } }
    func hear(_ bytes: [UInt8]) { trouble.withLock { $0 += String(decoding: bytes, as: UTF8.self) } }

    func port() async throws -> Int {
        for _ in 0..<600 {
            if let match = text.withLock({ $0.firstMatch(of: #/port ([0-9]+)\n/#)?.output.1 }), let port = Int(match) {
                return port
            }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw BerthError(
            .failed, "the Python server of the test did not start", done: trouble.withLock { String($0.suffix(2000)) })
    }
}
