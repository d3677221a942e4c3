import BerthEngine
import BerthSystem
import BerthTestSupport
import Foundation
import SystemPackage
import Testing

/// Commands in real containers: what goes in, what comes out, and that nothing stays.
@Suite(.linuxOnly("Docker's and Podman's own programs")) struct RunTests {
    @Test(arguments: TestEngine.usual)
    func `user, environment, folder, binds and both outputs go through`(kind: TestEngine) async throws {
        let (engine, image) = try await kind.loaded()
        let folder = try TemporaryFolder("bind")
        try Files.writeAtomically("from outside", to: folder.path.appending("note"))
        var request = RunRequest(
            image: image.name, command: ["sh", "-c", "id -u; pwd; echo $WORD; cat /in/note; echo wrong >&2; exit 7"])
        #expect(try await engine.run(RunRequest(image: image.name, command: ["id", "-u"])).output == "1001\n")
        request.user = "0:0"
        request.environment = ["WORD": "a+b c=d"]
        request.directory = "/etc"
        request.binds = [.init(folder.path, at: "/in")]
        request.memory = 256 << 20
        let outcome = try await engine.run(request)
        #expect(outcome.output == "0\n/etc\na+b c=d\nfrom outside")
        #expect(outcome.errors.contains("wrong\n"))
        #expect(outcome.code == 7)
        #expect(try await kind.containers(of: image.name).isEmpty)
    }

    @Test(arguments: TestEngine.usual)
    func `a command that takes too long is ended, and its container is gone`(kind: TestEngine) async throws {
        let (engine, image) = try await kind.loaded()
        var request = RunRequest(image: image.name, command: ["sh", "-c", "echo started; sleep 600"])
        request.limit = .seconds(2)
        let error = try await failure { _ = try await engine.run(request) }
        #expect(error.what.contains("took longer than"))
        #expect(error.done?.contains("started") == true)
        #expect(try await kind.containers(of: image.name).isEmpty)
    }

    @Test(arguments: TestEngine.usual)
    func `a cancelled command leaves no container`(kind: TestEngine) async throws {
        let (engine, image) = try await kind.loaded()
        let request = RunRequest(image: image.name, command: ["sleep", "600"])
        let task = Task { try await engine.run(request) }
        var tries = 1200
        while try await kind.containers(of: image.name).isEmpty, tries > 0 {
            try await Task.sleep(for: .milliseconds(100))
            tries -= 1
        }
        #expect(tries > 0, "the container never came up")
        task.cancel()
        await #expect(throws: (any Error).self) { try await task.value }
        #expect(try await kind.containers(of: image.name).isEmpty)
    }

    @Test(arguments: TestEngine.usual)
    func `a program that isn't there counts as 127, an image that isn't there is an error`(
        kind: TestEngine
    ) async throws {
        let (engine, image) = try await kind.loaded()
        let outcome = try await engine.run(RunRequest(image: image.name, command: ["no-such-program"]))
        #expect(outcome.code == 127, "\(outcome)")
        let error = try await failure {
            _ = try await engine.run(RunRequest(image: TestEngine.freshName(), command: ["id"]))
        }
        #expect(error.what.contains("no image"), "\(error)")
        #expect(error.remedy?.contains("berth image load") == true)
        #expect(try await kind.containers(of: image.name).isEmpty)
    }

    @Test(arguments: TestEngine.usual)
    func `a program for a processor without an emulator is an error that says how to get one`(
        kind: TestEngine
    ) async throws {
        let engine = try await kind.open()
        // Byte 18 of an ELF file is the machine: 22 is S/390, for which no emulator is registered here.
        let image = try await TinyImage(TestEngine.freshName(), "s390x") { $0[18] = 22 }
        _ = try await engine.load(image.archive())
        var request = RunRequest(image: image.name, command: ["uname", "-m"])
        request.platform = ImagePlatform(architecture: "s390x")
        let error = try await failure { _ = try await engine.run(request) }
        #expect(error.what.contains("can't run programs for linux/s390x"), "\(error)")
        #expect(error.remedy?.contains("qemu-user-static") == true)
        #expect(try await kind.containers(of: image.name).isEmpty)
    }

    @Test(arguments: TestEngine.usual)
    func `a container that needs more memory than it may have is told from one that fails`(
        kind: TestEngine
    ) async throws {
        let (engine, image) = try await kind.loaded()
        // There is no line in zeros, so tail keeps all that it reads.
        var request = RunRequest(image: image.name, command: ["tail", "-n", "1", "/dev/zero"])
        request.memory = 24 << 20
        request.limit = .seconds(60)
        let outcome = try await engine.run(request)
        #expect(outcome.code == 137, "\(outcome)")
        #expect(outcome.outOfMemory)
    }

    @Test(arguments: [TestEngine.docker20, .podman])
    func `the last output is kept when there is too much`(kind: TestEngine) async throws {
        let (engine, image) = try await kind.loaded()
        var request = RunRequest(
            image: image.name, command: ["sh", "-c", "head -c 3000000 /dev/zero | tail -c 3000000; echo end"])
        request.outputLimit = 1000
        let outcome = try await engine.run(request)
        #expect(outcome.output.utf8.count == 1000 && outcome.output.hasSuffix("\0end\n"))
    }
}
