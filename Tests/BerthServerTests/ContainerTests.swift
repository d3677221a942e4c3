import BerthServer
import BerthSystem
import BerthTestSupport
import SystemPackage
import Testing

/// `berth-cache` in containers of Docker that see neither store nor Swift; arm64 runs under QEMU.
@Suite(.serialized, .linuxOnly("Docker's own programs")) struct ContainerTests {
    private static let script = FilePath(#filePath).removingLastComponent().removingLastComponent()
        .removingLastComponent().pushing("scripts/berth-cache").string

    /// A container's own steps: save, lose, restore into its root and into a volume.
    private static let steps = """
        set -eu
        cat >/usr/bin/berth-cache && chmod 755 /usr/bin/berth-cache
        uname -m
        command -v swift berth && exit 1
        mkdir -p /home/job && cd /home/job
        mkdir -p venv/bin venv/lib; echo '#!/bin/sh' >venv/bin/tool; chmod 755 venv/bin/tool; ln -s tool venv/bin/alias
        echo text >venv/lib/one; ln venv/lib/one venv/lib/two
        berth-cache restore --key k --path venv --fail-on-miss && exit 1
        berth-cache save --key k --path venv
        rm -rf venv
        berth-cache restore --key k --path venv --fail-on-miss
        cat venv/lib/two; test -x venv/bin/alias; stat -c %h venv/lib/one
        echo old >/volume/old
        berth-cache restore --key k --path venv=/volume --fail-on-miss
        ls -A /volume; cat /volume/lib/one
        """

    @Test(arguments: [("amd64", "x86_64"), ("arm64", "aarch64")])
    func `a job in a container saves and restores`(_ architecture: String, _ machine: String) async throws {
        let root = try #require(try await TestEngine.jobRoots()[architecture])
        if architecture == "arm64" { try await TestEngine.emulate() }
        let engine = try await TestEngine.docker20.start()
        let image = "berth-job:\(architecture)"
        let docker = try Programs.require("docker", remedy: "scripts/setup test")
        func run(_ arguments: [String], input: [UInt8] = []) async throws -> Command.Outcome {
            var command = Command(docker, arguments)
            command.environment = engine.environment
            command.limit = .seconds(200)
            return try await command.run(input: input)
        }
        let imported = try await run(["import", "--platform", "linux/\(architecture)", root.string, image])
        try #require(imported.code == 0, "\(imported)")
        // A network of its own, whose gateway is this machine; the service listens there and nowhere else.
        let made = try await run(["network", "create", "jobs"])
        try #require(made.code == 0, "\(made)")
        let gateway = try await run([
            "network", "inspect", "--format", "{{range .IPAM.Config}}{{.Gateway}}{{end}}", "jobs",
        ]).output.filter { !$0.isNewline }
        let yard = try await ServeYard(ServeYard.roomy, host: gateway)
        let arguments = [
            "run", "--rm", "--interactive", "--pull", "never", "--network", "jobs", "--env", "BERTH_URL=\(yard.url)",
            "--env", "BERTH_TOKEN=\(try yard.token())", "--volume", "deps:/volume", image, "/bin/sh", "-c", Self.steps,
        ]
        let outcome = try await run(arguments, input: Files.read(FilePath(Self.script)))
        // What went into the named volume is there for the next job.
        let next = try await run([
            "run", "--rm", "--pull", "never", "--network", "none", "--volume", "deps:/volume", image, "/bin/cat",
            "/volume/lib/two",
        ])
        let gone = try await run(["network", "rm", "jobs"])
        #expect(gone.code == 0 && next.output == "text\n", "\(gone) \(next)")
        #expect(outcome.code == 0, "\(outcome)")
        #expect(outcome.output == "\(machine)\ntext\n2\nbin\nlib\ntext\n", "\(outcome)")
    }
}
