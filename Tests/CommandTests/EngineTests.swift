import BerthSystem
import BerthTestSupport
import SystemPackage
import Testing

/// The Python image does a CI job's work in real engines; arm64 runs under QEMU where the machine is another.
@Suite(.serialized, .linuxOnly("Docker's and Podman's own programs")) struct EngineTests {
    /// A line of shell, and what its output must hold.
    struct Work: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let script: String
        let expected: String
    }

    static let work: [Work] = [
        .init(
            testDescription: "the user", script: "uname -m; id -un; id -u; pwd",
            expected: "aarch64\nrunner\n1001\n/home/runner\n"),
        .init(
            testDescription: "pytest",
            script: "printf 'def test_sum():\\n    assert 1 + 1 == 2\\n' >test_sum.py; pytest -q", expected: "1 passed"),
        .init(
            testDescription: "ruff", script: "printf 'import os\\n' >a.py; ! ruff check --output-format concise a.py",
            expected: "F401"),
        .init(
            testDescription: "mypy", script: "printf 'number: int = \"one\"\\n' >a.py; ! mypy a.py",
            expected: "Incompatible types in assignment"),
        .init(
            testDescription: "a C compiler",
            script:
                "printf '#include <stdio.h>\\nint main(void) { return puts(\"hello\") < 0; }\\n' >h.c; gcc h.c -o h; ./h",
            expected: "hello\n"),
        .init(
            testDescription: "git",
            script: """
                git init -q r; cd r; touch a; git add a
                git -c user.name=a -c user.email=a@b commit -qm first; git log --format=%s
                """, expected: "first\n"),
        // With pip it starts a child, whose end QEMU's user emulation loses now and then; the recipe's own tests, which
        // run natively for amd64, make one with pip.
        .init(
            testDescription: "a fresh venv",
            script: """
                python3 -m venv --without-pip v; v/bin/python -c 'import sys; print(sys.prefix)'
                v/bin/python -m ensurepip --version
                """,
            expected: "/home/runner/v\npip "),
        .init(
            testDescription: "dpkg's database", script: "dpkg -s git; dpkg --verify git; dpkg --audit",
            expected: "Status: install ok installed"),
        .init(
            testDescription: "certificates",
            script: "python -c 'import ssl; print(len(ssl.create_default_context().get_ca_certs()) > 100)'",
            expected: "True\n"),
    ]

    @Test(arguments: work) func `an arm64 container does it, in Docker 20.10`(work: Work) async throws {
        let engine = try await EngineCalls.load(.docker20, "linux/arm64")
        let outcome = try await engine.run(work.script)
        #expect(outcome.code == 0, "\(outcome)")
        #expect(outcome.output.contains(work.expected), "\(outcome)")
    }

    @Test func `apt-get installs a package with a script and a dependency, in Docker 20.10`() async throws {
        let engine = try await EngineCalls.load(.docker20, "linux/arm64")
        let folder = try TemporaryFolder("mirror")
        let mirror = try await PackageMirror.make(in: folder)
        let outcome = try await engine.run(
            """
            rm -f /etc/apt/sources.list /etc/apt/sources.list.d/*
            echo 'deb [trusted=yes] file:/mirror ./' >/etc/apt/sources.list.d/mirror.list
            apt-get -q update
            apt-get -q install -y --no-install-recommends berth-probe
            cat /var/lib/berth-probe; berth-probe; dpkg -s berth-probe
            apt-get -q check
            """,
            options: ["--user", "0:0", "--volume", "\(mirror):/mirror:ro"])
        #expect(outcome.code == 0, "\(outcome)")
        #expect(outcome.output.contains("configured on arm64\nprobe runs\n"), "\(outcome)")
        #expect(outcome.output.contains("Status: install ok installed"))
    }

    @Test(arguments: [TestEngine.docker26, .docker26Containerd, .podman, .podmanService])
    func `an arm64 container runs as runner and has pytest, in every engine`(kind: TestEngine) async throws {
        let engine = try await EngineCalls.load(kind, "linux/arm64")
        let outcome = try await engine.run("uname -m; id -un; id -u; pytest --version")
        #expect(outcome.code == 0, "\(outcome)")
        #expect(outcome.output.hasPrefix("aarch64\nrunner\n1001\npytest "), "\(outcome)")
    }

    @Test func `berth image test runs the recipe's checks, in Docker 26.1`() async throws {
        let image = try await RecipeImage.python()
        var calls = image.calls
        let running = try await TestEngine.docker26.start()
        calls.environment.merge(running.environment) { $1 }
        let outcome = try await calls.berth(
            "image", "test", "python", "--platform", "linux/amd64", "--progress", "none", limit: .seconds(600))
        #expect(outcome.code == 0 && outcome.output.hasPrefix("\(image.newest) for linux/amd64 in "), "\(outcome)")
        #expect(outcome.output.contains("\n  ok    pytest --version\n"))
    }

    @Test func `a load without an engine says what to start`() async throws {
        let image = try await RecipeImage.python()
        let outcome = try await image.calls.berth(
            "image", "load", "python", "--engine", "unix:///nonexistent/docker.sock", "--json", "--quiet")
        #expect(outcome.code != 0)
        let error = try outcome.errorObject()
        #expect((error["remedy"] as? String)?.isEmpty == false, "\(error)")
    }
}
