internal import BerthSystem
internal import BerthTestSupport
internal import SystemPackage
internal import Testing

/// `scripts/setup` on machines made of doubles: what it installs, how, and that it leaves a complete one alone.
struct SetupTests {
    /// A machine whose programs are these and what the script itself is written with.
    private struct Machine {
        let folder: TemporaryFolder
        var path: FilePath { folder.path }

        init(_ programs: [String: Tree.Node]) throws {
            folder = try TemporaryFolder("setup")
            var tree: Tree = ["calls": "", "brew/opt": .folder]
            for (name, program) in programs { tree.nodes["bin/\(name)"] = program }
            for name in ["env", "bash", "sed", "head", "sort"] {
                let real = try Programs.require(name, remedy: "install coreutils and sed")
                tree.nodes["bin/\(name)"] = .link(real.string)
            }
            try tree.write(to: path)
        }

        func setUp(_ wanted: String) async throws -> Command.Outcome {
            var command = Command(path.appending("bin/bash"), [Project.file("scripts/setup").path.string, wanted])
            command.environment = ["PATH": path.appending("bin").string, "HOME": path.string, "MACHINE": path.string]
            return try await command.run()
        }

        func calls() throws -> String { try Files.readText(path.appending("calls")) }
    }

    private static let swift = Tree.Node.program("#!/bin/sh\necho 'Swift version 6.3.1 (swift-6.3.1-RELEASE)'\n")
    private static let recorded = Tree.Node.program("#!/bin/sh\necho \"${0##*/} $*\" >>\"$MACHINE/calls\"\n")
    private static let brew = Tree.Node.program(
        """
        #!/bin/sh
        if [ "$1" = --prefix ]; then echo "$MACHINE/brew"; exit; fi
        echo "brew $*" >>"$MACHINE/calls"

        """)
    private static let darwin = Tree.Node.program("#!/bin/sh\necho Darwin\n")

    @Test func `a bare Mac gets the formulas from brew, and sudo is never called`() async throws {
        let machine = try Machine(["uname": Self.darwin, "swift": Self.swift, "brew": Self.brew, "sudo": Self.recorded])
        let outcome = try await machine.setUp("build")
        #expect(outcome.code == 0)
        #expect(
            outcome.output
                == "setup: installing with brew: pkgconf openssl@3 libarchive libdeflate zstd gnupg uv\n")
        #expect(
            try machine.calls()
                == "brew install --quiet pkgconf openssl@3 libarchive libdeflate zstd gnupg uv\n")
    }

    @Test func `a Mac with all of it is left alone`() async throws {
        let machine = try Machine([
            "uname": Self.darwin, "swift": Self.swift, "brew": Self.brew, "uv": Self.recorded,
        ])
        for formula in ["pkgconf", "openssl@3", "libarchive", "libdeflate", "zstd", "gnupg"] {
            try Files.makeDirectory(machine.path.appending("brew/opt/\(formula)"))
        }
        let outcome = try await machine.setUp("build")
        #expect(outcome.output == "setup: everything for build is there\n")
        #expect(try machine.calls() == "")
    }

    @Test func `a Mac without brew is told where to get it`() async throws {
        let machine = try Machine(["uname": Self.darwin, "swift": Self.swift])
        let outcome = try await machine.setUp("build")
        #expect(outcome.code == 1)
        #expect(outcome.errors.contains("https://brew.sh"))
    }

    /// A Linux machine with apt where every library is there, and of the programs all but git.
    private func linux(user: Int, adding more: [String: Tree.Node] = [:]) throws -> Machine {
        var programs: [String: Tree.Node] = [
            "uname": .program("#!/bin/sh\necho Linux\n"), "swift": Self.swift, "apt-get": Self.recorded,
            "id": .program("#!/bin/sh\necho \(user)\n"),
        ]
        for name in ["pkg-config", "gpgv", "xz", "python3", "uv"] { programs[name] = .program("#!/bin/sh\n") }
        return try Machine(programs.merging(more) { $1 })
    }

    @Test func `root on Linux installs what is missing, and nothing else, with apt`() async throws {
        let machine = try linux(user: 0)
        let outcome = try await machine.setUp("build")
        #expect(outcome.code == 0)
        #expect(outcome.output.hasPrefix("setup: installing with apt:"))
        let calls = try machine.calls()
        #expect(calls.hasPrefix("apt-get update"))
        #expect(calls.contains("apt-get install") && calls.contains(" git\n"))
        #expect(!calls.contains("libarchive-dev"))
    }

    @Test func `another user on Linux goes through sudo, and without it is told what to ask for`() async throws {
        let sudo = try linux(user: 1000, adding: ["sudo": Self.recorded])
        #expect(try await sudo.setUp("build").code == 0)
        #expect(try sudo.calls().hasPrefix("sudo apt-get update"))

        let bare = try linux(user: 1000)
        let outcome = try await bare.setUp("build")
        #expect(outcome.code == 1)
        #expect(outcome.errors.contains("apt-get install"))
        #expect(try bare.calls() == "")
    }

    @Test(.linuxOnly("Debian's folders")) func `a machine with all of it is left alone`() async throws {
        let machine = try linux(user: 0, adding: ["git": .program("#!/bin/sh\n")])
        #expect(try await machine.setUp("build").output == "setup: everything for build is there\n")
        #expect(try machine.calls() == "")
    }

    @Test(.linuxOnly("Debian's folders")) func `what the tests mount and measure against is installed for them only`()
        async throws
    {
        let build = try linux(user: 0)
        #expect(try await build.setUp("build").succeeded)
        // apt fails, so nothing after it is run: what it was asked for counts.
        let failing = "#!/bin/sh\necho \"apt-get $*\" >>\"$MACHINE/calls\"\n[ $1 != install ]\n"
        let test = try linux(user: 0, adding: ["apt-get": .program(failing)])
        #expect(try await test.setUp("test").code == 1)
        let packages = ["restic": "", "e2fsprogs": "mkfs.ext4", "xfsprogs": "mkfs.xfs", "btrfs-progs": "mkfs.btrfs"]
        for (name, program) in packages {
            #expect(try !build.calls().contains(" \(name)"))
            // Found where root has it, though a user's PATH does not lead there.
            let places = ["/usr/sbin", "/sbin"].map { FilePath("\($0)/\(program)") }
            let isThere = !program.isEmpty && places.contains { Files.exists($0) }
            #expect(try test.calls().contains(" \(name)") == !isThere, "\(name)")
        }
    }

    @Test func `a Swift that is too old is named with what to install`() async throws {
        let old = Tree.Node.program("#!/bin/sh\necho 'Swift version 6.1.2'\n")
        let outcome = try await linux(user: 0, adding: ["swift": old]).setUp("build")
        #expect(outcome.code == 1)
        #expect(outcome.errors.contains("6.1") && outcome.errors.contains("https://www.swift.org"))
    }
}
