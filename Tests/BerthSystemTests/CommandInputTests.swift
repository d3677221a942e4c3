import BerthSystem
import BerthTestSupport
import SystemPackage
import Testing

@Suite struct CommandInputTests {
    @Test func `a program that ends without reading its input gives its own exit code`() async throws {
        let outcome = try await Command("/bin/sh", ["-c", "exit 3"]).run(input: [UInt8](repeating: 65, count: 4 << 20))
        #expect(outcome.code == 3)
    }

    @Test func `a command's children end with it when its time is up`() async throws {
        let folder = try TemporaryFolder("children")
        let file = folder.path.appending("child")
        var command = Command("/bin/sh", ["-c", "sleep 600 & echo $! > \"$0\"; wait", file.string])
        command.limit = .seconds(2)
        let error = await #expect(throws: BerthError.self) { try await command.run() }
        #expect(error?.status == .temporary)
        let child = try Files.readText(file).filter(\.isNumber)
        let ps = try Programs.require("ps", remedy: "install procps")
        var state = "?"
        // A dead child that nobody has fetched yet shows as Z.
        for _ in 0..<100 where !state.isEmpty && !state.hasPrefix("Z") {
            state = try await Command(ps, ["-o", "stat=", "-p", child]).run().output.filter { !$0.isWhitespace }
            try await Task.sleep(for: .milliseconds(50))
        }
        #expect(state.isEmpty || state.hasPrefix("Z"), "the child is in state \(state)")
    }

    @Test func `input reaches the program whole`() async throws {
        let outcome = try await Command("/bin/sh", ["-c", "wc -c"]).run(input: [UInt8](repeating: 65, count: 1 << 20))
        #expect(outcome.output.contains("1048576"))
    }
}
