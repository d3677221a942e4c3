internal import BerthSystem
internal import SystemPackage

/// The `uv` program: resolves requirements for a machine that is not this one.
struct UVProgram {
    /// The glibc versions that uv has names for (`--python-platform …-manylinux_2_N`), newest first.
    private static let knownLibc = [41, 40, 39, 38, 37, 36, 35, 34, 33, 32, 31, 28, 17]
    /// Bounds the whole resolution of a large set over a slow network.
    private static let limit: Duration = .seconds(600)

    let path: FilePath
    let indexes: PythonIndexes
    let offline: Bool

    init(indexes: PythonIndexes, offline: Bool) throws {
        path = try Programs.require(
            "uv", remedy: "install uv (brew install uv, or python3 -m pip install uv) and run the same command again")
        self.indexes = indexes
        self.offline = offline
    }

    /// What a resolution came to.
    enum Answer {
        case lock(String)
        /// No set of versions fits; uv's own explanation.
        case unsatisfiable(String)
    }

    /// Resolves requirement lines into the text of a `pylock.toml`; only trouble around the question throws.
    func compile(_ lines: [String], for target: PythonTarget, extra: [String] = []) async throws -> Answer {
        let input = Array((lines.joined(separator: "\n") + "\n").utf8)
        for libc in Self.knownLibc where libc <= target.libcMinor {
            let outcome = try await command(target, libc, extra).run(input: input)
            if outcome.succeeded { return .lock(outcome.output) }
            if Self.isUnknownPlatform(outcome.errors) { continue }
            if outcome.code == 1, outcome.errors.contains("No solution found") {
                return .unsatisfiable(Self.explanation(outcome.errors))
            }
            throw failure(outcome)
        }
        throw BerthError(
            .usage, "uv knows no platform for glibc 2.\(target.libcMinor) on \(target.architecture.rawValue)",
            place: path.string, remedy: "update uv, or choose a newer base suite")
    }

    private func command(_ target: PythonTarget, _ libc: Int, _ extra: [String]) -> Command {
        var arguments = ["pip", "compile", "--format", "pylock.toml", "--no-build", "--no-header", "--no-cache"]
        arguments += ["--python-version", target.version]
        arguments += ["--python-platform", "\(target.architecture.rawValue)-manylinux_2_\(libc)"]
        // uv looks at some interpreter before it resolves for another; any will do, and none is fetched for it.
        if let python = Programs.find("python3") { arguments += ["--python", python.string] }
        arguments += ["--no-python-downloads", "--no-progress", "--color", "never"]
        arguments += (offline ? ["--offline"] : []) + extra + ["-"]
        var command = Command(path, arguments)
        command.environment = indexes.variables
        // Away from any project whose settings uv would take.
        command.directory = "/"
        command.limit = Self.limit
        return command
    }

    private static func isUnknownPlatform(_ errors: String) -> Bool {
        errors.contains("invalid value") && errors.contains("--python-platform")
    }

    /// uv's words from its first error on, without the warnings before.
    private static func explanation(_ errors: String) -> String {
        let start = errors.firstRange(of: "error:")?.upperBound ?? errors.startIndex
        let lines = errors[start...].split(omittingEmptySubsequences: true, whereSeparator: \.isNewline)
        return lines.map { $0.drop(while: \.isWhitespace) }.joined(separator: "\n").trimmedStart
    }

    private func failure(_ outcome: Command.Outcome) -> BerthError {
        let network = [
            "Failed to fetch", "error sending request", "dns error", "timed out", "Connection", "connection",
        ]
        let temporary = network.contains { outcome.errors.contains($0) }
        let unauthorised = ["401", "403"].contains { outcome.errors.contains("HTTP status client error (\($0)") }
        let remedy =
            if temporary {
                "check the network and the package index that pip or uv is configured with, then run the same command again"
            } else if outcome.errors.contains("No interpreter found") {
                "install Python 3, in any version: uv looks at one even when it resolves for another"
            } else { "see what uv says; uv must know `uv pip compile --format pylock.toml`" }
        let status: ExitStatus = unauthorised ? .authenticationNeeded : temporary ? .temporary : .failed
        return BerthError(
            status, "uv could not resolve the Python requirements: \(Self.explanation(outcome.errors))",
            place: path.string, done: "nothing was changed", remedy: remedy)
    }
}

extension String {
    fileprivate var trimmedStart: String { String(drop(while: \.isWhitespace)) }
}
