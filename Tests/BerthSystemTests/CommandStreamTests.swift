import BerthSystem
import Synchronization
import SystemPackage
import Testing

/// Other programs fed and read piece by piece.
struct CommandStreamTests {
    private func shell(_ script: String) -> Command { Command(FilePath("/bin/sh"), ["-c", script]) }

    @Test func `input goes in piece by piece and output comes back`() async throws {
        let outcome = try await shell("cat | wc -c").run { input in
            for _ in 0..<100 { try await input.write([UInt8](repeating: 7, count: 10_000)) }
        }
        #expect(outcome.output.filter(\.isNumber) == "1000000")
    }

    @Test func `a program that ends before its input does is judged by its own words`() async throws {
        let outcome = try await shell("echo no >&2; exit 3").run { input in
            for _ in 0..<1000 { try await input.write([UInt8](repeating: 7, count: 10_000)) }
        }
        #expect(outcome.code == 3 && outcome.errors == "no\n")
        await #expect(throws: BerthError.self) {
            _ = try await shell("exit 0").run { input in
                for _ in 0..<1000 { try await input.write([UInt8](repeating: 7, count: 10_000)) }
            }
        }
    }

    @Test func `an error of whoever feeds ends the program and is thrown`() async throws {
        let error = await #expect(throws: BerthError.self) {
            _ = try await shell("cat >/dev/null").run { input in
                try await input.write([1])
                throw BerthError(.damaged, "a blob is damaged")
            }
        }
        #expect(error?.status == .damaged)
    }

    @Test func `both outputs are taken while the program runs`() async throws {
        let taken = Mutex<(out: Int, errors: Int)>((0, 0))
        let script = "head -c 300000 /dev/zero; head -c 200000 /dev/zero >&2; exit 4"
        let code = try await shell(script).run(
            receiving: { piece in taken.withLock { $0.out += piece.count } },
            errors: { piece in taken.withLock { $0.errors += piece.count } })
        #expect(code == 4)
        #expect(taken.withLock { $0.out } == 300_000 && taken.withLock { $0.errors } == 200_000)
    }

    @Test func `a program that takes too long is ended`() async throws {
        var command = shell("sleep 600")
        command.limit = .milliseconds(300)
        let slow = command
        let error = await #expect(throws: BerthError.self) { _ = try await slow.run(feeding: { _ in }) }
        #expect(error?.status == .temporary && error?.what.contains("took longer than") == true)
    }

    @Test func `a program that isn't there is named`() async throws {
        let error = await #expect(throws: BerthError.self) { _ = try await Command("/no/such/program").run() }
        #expect(error?.place == "/no/such/program")
    }
}
