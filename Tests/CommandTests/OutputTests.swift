import BerthSystem
import BerthTestSupport
import Foundation
import SystemPackage
import Testing

/// Where results and messages go, and what happens when they can't.
struct OutputTests {
    private let folder: TemporaryFolder
    private let calls: Calls

    init() throws {
        folder = try TemporaryFolder("output")
        calls = Calls(home: folder.path.appending("store"))
    }

    @Test(arguments: ["image list", "store path", "--help"])
    func `a reader that goes away ends the program quietly`(command: String) async throws {
        for end in ["| :", "| head -n 0"] {
            let outcome = try await calls.shell("set -o pipefail; \"$BERTH\" \(command) \(end)")
            #expect(outcome.code == 0 && outcome.errors.isEmpty, "\(end): \(outcome)")
        }
    }

    @Test(arguments: ["image list", "image list --json", "store path", "--help"])
    func `a closed standard output is an error, and no file gets the result`(command: String) async throws {
        let outcome = try await calls.shell("\"$BERTH\" \(command) >&-")
        #expect(outcome.code == 1 && outcome.errors.contains("the result can't be written"), "\(outcome)")
        #expect(outcome.errors.contains("standard output is closed"), "\(outcome)")
        let silent = try await calls.shell("\"$BERTH\" \(command) <&- >&- 2>&-")
        #expect(silent.code == 1)
        // Nothing went into a file of the store that had got the number of a closed stream.
        _ = try await calls.berth("store", "path")
        #expect(try await calls.berth("store", "check").code == 0)
    }

    @Test(.linuxOnly("/dev/full"), arguments: ["image list", "image list --json", "store path", "--help"])
    func `a full disk behind standard output is an error`(command: String) async throws {
        let outcome = try await calls.shell("\"$BERTH\" \(command) >/dev/full")
        #expect(outcome.code == 13)
        #expect(outcome.errors.contains("the result can't be written"))
        #expect(outcome.errors.contains("No space left on device"))
    }

    @Test func `results are JSON where that is asked for`() async throws {
        #expect(try await calls.berth("store", "path").output == calls.home.string + "\n")
        for arguments in [["image", "list"], ["store", "check"], ["store", "gc"], ["store", "repair"]] {
            let outcome = try await calls.shell("\"$BERTH\" \(arguments.joined(separator: " ")) --json --progress none")
            #expect(outcome.code == 0 && outcome.errors.isEmpty, "\(outcome)")
            _ = try outcome.json()
        }
    }

    @Test(arguments: ["image list", "store path", "store gc", "store check"])
    func `a store that can't be written or made says where it is and how to choose another`(
        command: String
    ) async throws {
        let closed = folder.path.appending("closed")
        try Files.makeDirectory(closed, mode: 0o555)
        var call = try unprivileged(
            BuiltProgram.path,
            command.split(separator: " ").map(String.init) + ["--store", closed.appending("s").string])
        call.limit = .seconds(60)
        let outcome = try await call.run()
        #expect(outcome.code == 10 && outcome.output.isEmpty, "\(outcome)")
        #expect(outcome.errors.contains(closed.string))
        #expect(outcome.errors.contains("BERTH_HOME"))
    }
}
