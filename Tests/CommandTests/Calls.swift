import BerthSystem
import BerthTestSupport
import Foundation
import SystemPackage
import Testing

/// Calls of the built program, as a person or a script makes them.
struct Calls: Sendable {
    /// The store.
    let home: FilePath
    var environment: [String: String] = [:]

    /// `berth ARGUMENTS`.
    func berth(_ arguments: String..., limit: Duration = .seconds(120)) async throws -> Command.Outcome {
        try await run(BuiltProgram.path, arguments, limit: limit)
    }

    /// `berth ARGUMENTS`, from a list.
    func berth(_ arguments: [String], limit: Duration = .seconds(120)) async throws -> Command.Outcome {
        try await run(BuiltProgram.path, arguments, limit: limit)
    }

    /// A line for bash, where `"$BERTH"` is the program.
    func shell(_ script: String) async throws -> Command.Outcome {
        try await run(Programs.require("bash", remedy: "install bash"), ["-c", script])
    }

    /// Another program, such as skopeo.
    func other(_ name: String, _ arguments: [String], limit: Duration = .seconds(600)) async throws -> Command.Outcome {
        try await run(Programs.require(name, remedy: "scripts/setup test"), arguments, limit: limit)
    }

    /// The program under a debugger that does something to one of its system calls, such as `read:error=EIO:when=3`; of
    /// calls on a path alone where one is named.
    ///
    /// The log says which calls were meant.
    func berth(
        inject fault: String, _ arguments: [String], log: FilePath = "/dev/null", on path: FilePath? = nil
    ) async throws -> Command.Outcome {
        let call = fault.prefix { $0 != ":" }
        return try await other(
            "strace",
            ["-f", "-qq", "-o", log.string, "-e", "trace=\(call)", "-e", "inject=\(fault)"]
                + (path.map { ["-P", $0.string] } ?? []) + [BuiltProgram.path.string] + arguments)
    }

    /// A script for sh that may mount what nobody else sees.
    func mounting(_ script: String, _ arguments: String...) async throws -> Command.Outcome {
        try await other(
            "unshare",
            (Machine.userIdentifier == 0 ? ["--mount"] : ["--mount", "--map-root-user"])
                + ["sh", "-c", script, "sh"] + arguments)
    }

    private func run(
        _ program: FilePath, _ arguments: [String], limit: Duration = .seconds(120)
    ) async throws -> Command.Outcome {
        var command = Command(program, arguments)
        command.limit = limit
        command.environment = [
            "BERTH_HOME": home.string, "BERTH_SIGNING_KEY": BuiltProgram.signingKey(home).string,
            "BERTH": try BuiltProgram.path.string, "COLUMNS": "80",
        ]
        .merging(environment) { $1 }
        return try await command.run()
    }
}

extension Command.Outcome {
    /// The output as a JSON value; a fault of the test when it is none.
    func json() throws -> Any { try JSONSerialization.jsonObject(with: Data(output.utf8), options: .fragmentsAllowed) }

    /// The one JSON object that an error is with `--json`.
    func errorObject() throws -> [String: Any] {
        let lines = errors.split(separator: "\n")
        #expect(lines.count == 1, "\(errors)")
        let value = try JSONSerialization.jsonObject(with: Data((lines.last ?? "").utf8))
        return try #require(value as? [String: Any])
    }
}

/// The folder of the project.
let project = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()

/// Runs a program as a user who may not write where the mode bits say so: root without its privileges.
func unprivileged(_ program: FilePath, _ arguments: [String]) throws -> Command {
    guard Machine.userIdentifier == 0 else { return Command(program, arguments) }
    let setpriv = try Programs.require("setpriv", remedy: "apt-get install util-linux")
    return Command(setpriv, ["--inh-caps=-all", "--bounding-set=-all", program.string] + arguments)
}
