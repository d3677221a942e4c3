import BerthSystem
import BerthTestSupport
import SystemPackage
import Testing

/// A machine without apt sources and without Debian's keyring, as every Mac is.
@Suite(.linuxOnly("mount namespaces")) struct UnconfiguredTests {
    private let folder: TemporaryFolder
    private let lock: FilePath

    init() throws {
        folder = try TemporaryFolder("unconfigured")
        try folder.write([
            "home": .folder,
            "images/small/berth.yaml": """
            name: small
            platforms: [linux/arm64]
            debian: {suite: trixie, packages: [jq]}
            """,
        ])
        lock = folder.path.pushing("images/small/berth.lock")
    }

    /// Runs it where the folders of apt's configuration and of keyrings are empty.
    private func berth(_ arguments: [String]) async throws -> Command.Outcome {
        let hide = "mount -t tmpfs none /etc/apt && mount -t tmpfs none /usr/share/keyrings && exec \"$@\""
        let bash = try Programs.require("bash", remedy: "install bash").string
        let namespace = ["--mount", "--propagation", "private", bash, "-euc", hide, "bash"]
        var command = Command(
            try Programs.require("unshare", remedy: "scripts/setup test"),
            namespace + [try BuiltProgram.path.string] + arguments)
        command.environment = [
            "BERTH_HOME": folder.path.appending("store").string, "HOME": folder.path.appending("home").string,
            "BERTH_IMAGES": folder.path.appending("images").string, "XDG_CONFIG_HOME": "",
        ]
        command.limit = .seconds(300)
        return try await command.run()
    }

    /// The addresses of Debian's archives that this machine's apt knows, by label.
    private func addresses() async throws -> [Substring: Substring] {
        var command = Command(try Programs.require("apt-get", remedy: "this test needs apt"))
        command.arguments = ["indextargets", "--format", "$(LABEL)|$(REPO_URI)", "Created-By: Packages"]
        let pairs = try await command.output().split(separator: "\n").map { $0.split(separator: "|", maxSplits: 1) }
        return Dictionary(pairs.filter { $0.count == 2 }.map { ($0[0], $0[1]) }) { first, _ in first }
    }

    @Test func `without an address the first lock says how to give one, and with one it locks`() async throws {
        for command in [["image", "lock", "small"], ["image", "build", "small"]] {
            let outcome = try await berth(command)
            #expect(outcome.code == 64 && outcome.output.isEmpty, "\(outcome)")
            #expect(outcome.errors.contains("make image DEBIAN_MIRROR="))
            #expect(outcome.errors.contains("--debian-mirror"))
            #expect(!Files.exists(lock))
        }
        let known = try await addresses()
        let main = try #require(known["Debian"])
        var arguments = ["image", "lock", "small", "--debian-mirror", String(main)]
        if let security = known["Debian-Security"] { arguments += ["--debian-security-mirror", String(security)] }
        let outcome = try await berth(arguments)
        #expect(outcome.code == 0 && outcome.output.hasPrefix("locked small: "), "\(outcome)")
        let text = try Files.readText(lock)
        #expect(text.contains(#""name":"jq""#) && !text.contains("://"))
    }

    @Test func `an address of your own configuration serves as well`() async throws {
        let known = try await addresses()
        let main = try #require(known["Debian"])
        let security = known["Debian-Security"].map { "\n  security: [\($0)]" } ?? ""
        try folder.write(["home/.config/berth/berth.yaml": .text("debian:\n  main: [\(main)]\(security)\n")])
        let outcome = try await berth(["image", "lock", "small"])
        #expect(outcome.code == 0 && Files.exists(lock), "\(outcome)")
    }
}
