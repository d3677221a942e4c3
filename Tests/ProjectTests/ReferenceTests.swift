internal import BerthSystem
internal import BerthTestSupport
internal import Foundation
internal import SystemPackage
internal import Testing

/// The reference says what the program says.
///
/// `make docs` sets BERTH_WRITE_DOCS, and so writes it again.
struct ReferenceTests {
    @Test func `the exit codes are those of the program`() throws {
        let rows = ExitStatus.allCases.map { "| \($0.rawValue) | \($0.meaning) |" }
        let text = """
            # Exit codes

            Every command ends with one of these. A code that is not listed here means failure.

            | code | meaning |
            | --- | --- |
            \(rows.joined(separator: "\n"))
            | 130, 143 | ended by Ctrl-C or by a request to stop; what was finished is kept |

            """
        try check("docs/reference/exit-codes.md", text)
    }

    @Test func `the command reference is the commands' own help`() async throws {
        let dump = try await berth(["--experimental-dump-help"])
        let tool = try JSONDecoder().decode(Tool.self, from: Data(dump.utf8))
        var text = "# Commands\n\nWhat each command prints for `--help`; `make docs` writes this page.\n"
        for path in tool.command.paths(below: []) {
            let help = try await berth(path.dropFirst() + ["--help"])
            text += "\n## \(path.joined(separator: " "))\n\n```text\n"
            text += help.split(separator: "\n", omittingEmptySubsequences: false)
                .map { $0.replacing(#/ +$/#, with: "") }.joined(separator: "\n").trimmingCharacters(in: .newlines)
            text += "\n```\n"
        }
        try check("docs/reference/cli.md", text)
    }

    /// One command as `--experimental-dump-help` describes it.
    private struct Description: Decodable {
        let commandName: String
        let shouldDisplay: Bool?
        let subcommands: [Description]?

        /// This command and those below it that help shows, each with its full name.
        func paths(below parents: [String]) -> [[String]] {
            let own = parents + [commandName]
            let shown = (subcommands ?? []).filter { $0.shouldDisplay != false && $0.commandName != "help" }
            return [own] + shown.flatMap { $0.paths(below: own) }
        }
    }

    private struct Tool: Decodable { let command: Description }

    private func berth(_ arguments: [String]) async throws -> String {
        let home = try TemporaryFolder("reference")
        var command = try BuiltProgram.command(arguments, home: home.path)
        command.environment["COLUMNS"] = "100"
        return try await command.output()
    }

    private func check(_ name: String, _ text: String) throws {
        let file = Project.file(name)
        if Machine.environment("BERTH_WRITE_DOCS") != nil {
            try Files.makeDirectory(file.path.removingLastComponent())
            try Files.writeAtomically(text, to: file.path)
        }
        #expect(try file.text == text, "\(name) is out of date: run `make docs`")
    }
}
