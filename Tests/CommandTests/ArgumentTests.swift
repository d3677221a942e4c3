import BerthSystem
import BerthTestSupport
import SystemPackage
import Testing

/// What is said without doing anything: help, and what is wrong with a call.
struct ArgumentTests {
    private let folder: TemporaryFolder
    private let calls: Calls

    init() throws {
        folder = try TemporaryFolder("arguments")
        calls = Calls(home: folder.path.appending("store"))
    }

    @Test func `the program says what it has`() async throws {
        let outcome = try await calls.berth("--help")
        #expect(
            outcome.output == """
                OVERVIEW: Images, caches and two job slots on a machine of your own.

                USAGE: berth <subcommand>

                OPTIONS:
                  -h, --help              Show help information.

                SUBCOMMANDS:
                  image                   Build images from locked packages, and keep their
                                          versions.
                  cache                   Keep what builds download and install, and bring it
                                          back.
                  plan                    Plan which job of a workflow runs when, in which slot.
                  serve                   Serve the dependency cache over HTTP to jobs that
                                          have no store.
                  store                   Look after the store that holds images, packages and
                                          caches.

                  See 'berth help <subcommand>' for detailed help.

                """)
        #expect(outcome.code == 0 && outcome.errors.isEmpty)
        #expect(try await calls.berth().output == outcome.output)
    }

    static let commands = [
        "image lock", "image build", "image list", "image show", "image history", "image diff", "image verify",
        "image sbom", "image sign", "image test", "image export", "image load", "image push", "image pull",
        "image copy",
        "image nightly", "image rollback", "image tag", "image prune", "store path", "store check", "store repair",
        "store gc", "plan show", "plan explain", "plan compare", "plan simulate", "plan learn",
    ]

    @Test(arguments: commands) func `every command has help, also with no HOME, TERM and PATH`(
        command: String
    ) async throws {
        let outcome = try await calls.shell("env -i \"$BERTH\" \(command) --help")
        #expect(outcome.code == 0 && outcome.errors.isEmpty, "\(outcome)")
        #expect(outcome.output.hasPrefix("OVERVIEW: "))
        #expect(outcome.output.contains("USAGE: berth \(command)"))
        #expect(outcome.output.contains("--json"))
        #expect(!Files.exists(calls.home))
    }

    @Test func `help names every command that is tested here`() async throws {
        for group in ["image", "store"] {
            let help = try await calls.berth(group, "--help").output
            let names = help.matches(of: #/\n  ([a-z]+)(?:, [a-z]+)? {2,}[A-Z]/#).map { "\(group) \($0.output.1)" }
            #expect(names == Self.commands.filter { $0.hasPrefix(group) })
        }
    }

    @Test(arguments: [
        (["image", "list", "extra"], "extra"), (["image", "list", "--bad"], "--bad"), (["image", "show"], "<version>"),
        (["image", "build", "x", "--progress", "loud"], "loud"),
    ])
    func `a wrong call ends with 64 and says what is wrong, as JSON if asked`(
        arguments: [String], word: String
    ) async throws {
        let line = arguments.joined(separator: " ")
        let outcome = try await calls.shell("\"$BERTH\" \(line)")
        #expect(outcome.code == 64 && outcome.output.isEmpty)
        #expect(outcome.errors.contains(word))
        let asked = try await calls.shell("\"$BERTH\" \(line) --json")
        #expect(asked.code == 64 && asked.output.isEmpty)
        let error = try asked.errorObject()
        #expect(error["type"] as? String == "error" && error["code"] as? Int == 64)
        #expect((error["what"] as? String)?.contains(word) == true, "\(error)")
    }
}
