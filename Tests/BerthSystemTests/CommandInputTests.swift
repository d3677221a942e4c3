import BerthSystem
import SystemPackage
import Testing

@Suite struct CommandInputTests {
    @Test func `a program that ends without reading its input gives its own exit code`() async throws {
        let outcome = try await Command("/bin/sh", ["-c", "exit 3"]).run(input: [UInt8](repeating: 65, count: 4 << 20))
        #expect(outcome.code == 3)
    }

    @Test func `input reaches the program whole`() async throws {
        let outcome = try await Command("/bin/sh", ["-c", "wc -c"]).run(input: [UInt8](repeating: 65, count: 1 << 20))
        #expect(outcome.output.contains("1048576"))
    }
}
