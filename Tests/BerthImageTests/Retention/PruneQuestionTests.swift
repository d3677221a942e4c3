import BerthSystem
import BerthTestSupport
import SystemPackage
import Testing

@testable import BerthImage

/// What `berth image prune` asks before much goes.
struct PruneQuestionTests {
    private func night(_ yard: Yard) async throws -> Command.Outcome {
        var command = try yard.command("nightly", ["--without-test", "--on-battery"])
        command.environment["XDG_CONFIG_HOME"] = yard.folder.path.appending("none").string
        return try await command.run()
    }

    @Test(.linuxOnly("script(1) of util-linux"))
    func `a prune of much asks at a terminal, and is refused where nobody can be asked`() async throws {
        try await withArchive { archive, mirror in
            let yard = try Yard(archive, mirror)
            for version in 0..<4 {
                try await archive.publish(packages(SmallArchive.anchor(version: "1.\(version)")))
                #expect(try await night(yard).succeeded)
            }
            let words = ["image", "prune", "--keep", "0", "--days", "0", "--grace", "0", "--ask-above"]
            func prune(_ amount: String, answer: String?) async throws -> Command.Outcome {
                var command = try BuiltProgram.command(words + [amount], home: yard.store)
                if let answer {
                    let line = ([command.program.string] + command.arguments).joined(separator: " ")
                    let terminal = Command(
                        try Programs.require("script", remedy: "scripts/setup test"),
                        ["--quiet", "--return", "--echo", "never", "--command", line, "/dev/null"])
                    (command.program, command.arguments) = (terminal.program, terminal.arguments)
                    return try await command.run(input: Array("\(answer)\n".utf8))
                }
                return try await command.run()
            }
            func versions() async throws -> Int {
                try await BuiltProgram.command(["image", "list", "--quiet"], home: yard.store).output().split(
                    separator: "\n"
                ).count
            }
            let wrong = try await prune("much", answer: nil)
            #expect(wrong.code == 64 && wrong.errors.contains("much is no size"), "\(wrong)")
            let alone = try await prune("1kB", answer: nil)
            #expect(alone.code == 64 && alone.errors.contains("nobody is here to be asked"), "\(alone)")
            let no = try await prune("1kB", answer: "n")
            #expect(no.code == 1 && no.output.contains("Go on? [y/N]") && no.output.contains("stopped"), "\(no)")
            #expect(try await versions() == 4)
            let yes = try await prune("1kB", answer: "y")
            #expect(yes.code == 0 && yes.output.contains("Go on?"), "\(yes)")
            #expect(try await versions() == 2)
            try await archive.publish(packages(SmallArchive.anchor(version: "1.9")))
            #expect(try await night(yard).succeeded)
            let unasked = try await prune("1GB", answer: "n")
            #expect(unasked.code == 0 && !unasked.output.contains("Go on?"), "\(unasked)")
            #expect(try await versions() == 2)
        }
    }
}
