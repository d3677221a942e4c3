import BerthArchive
import BerthSystem
import BerthTestSupport
import Foundation
import SystemPackage
import Testing

/// Registries and a disk that is full in the middle of the work, and a registry that takes signed tokens alone.
@Suite(.linuxOnly("a tiny disk in a mount namespace, docker-registry and skopeo")) struct RegistryFaultTests {
    private static let layer = 8_000_000
    /// Mounts a disk of 48 MB for the store, `fills` it but for a megabyte, and says how a command ended.
    private static let prelude = """
        set -eu
        disk=$1; registry=$2; words=$3
        mount -t tmpfs -o size=48m none "$disk"
        export BERTH_HOME="$disk/store"
        fill() {
            dd if=/dev/zero of="$disk/filler" bs=64k 2>/dev/null || true
            truncate -s -1M "$disk/filler"
        }
        ends() {
            code=0
            "$BERTH" "$@" --progress none >/dev/null 2>"$words" || code=$?
            echo "ended with $code"
        }
        check() { "$BERTH" store check --read-data --progress none | tail -n 1; }

        """

    /// Runs a script on a full disk, with a small and a large image on a registry; gives its lines and the last error.
    private func run(
        _ script: String, after: (DebianRegistry, Calls) async throws -> Void = { _, _ in }
    ) async throws -> (lines: [String], error: String) {
        let folder = try TemporaryFolder("full")
        let calls = Calls(home: folder.path.appending("home"), environment: ["DOCKER_CONFIG": folder.path.string])
        let (disk, words) = (folder.path.appending("disk"), folder.path.appending("words"))
        try Files.makeDirectory(disk)
        return try await DebianRegistry.serving { registry in
            _ = try await RegistryTests.put(registry, in: folder, calls)
            _ = try await RegistryTests.put(registry, in: folder, calls, as: "big", layer: Self.layer)
            let outcome = try await calls.mounting(
                Self.prelude + script, disk.string, registry.host, words.string)
            try #require(outcome.code == 0, "\(outcome) \((try? Files.readText(words)) ?? "")")
            try await after(registry, calls)
            return (outcome.output.split(separator: "\n").map(String.init), try Files.readText(words))
        }
    }

    @Test func `a pull on a full disk says so, keeps what was there, and ends well once there is room`() async throws {
        let found = try await run(
            """
            "$BERTH" image pull "$registry/team/tiny:1" --quiet
            fill
            ends image pull "$registry/team/big:1"
            rm "$disk/filler"
            check
            "$BERTH" image list --quiet | wc -l
            cp "$words" "$words.full"
            ends image pull "$registry/team/big:1"
            "$BERTH" image list --quiet | wc -l
            check
            mv "$words.full" "$words"
            """)
        #expect(
            found.lines == [
                "tiny:1", "ended with 13", "no damage found", "1", "ended with 0", "2", "no damage found",
            ])
        #expect(found.error.contains("No space left on device") && found.error.contains("hint:"), "\(found.error)")
    }

    @Test func `a push that compresses anew on a full disk tags nothing, and ends well once there is room`()
        async throws
    {
        let found = try await run(
            """
            "$BERTH" image pull "$registry/team/big:1" --quiet
            fill
            ends image push big:1 "$registry/new/big:1" --compression zstd
            if skopeo inspect --raw --tls-verify=false "docker://$registry/new/big:1" >/dev/null 2>&1; then echo tagged; fi
            cp "$words" "$words.full"
            rm "$disk/filler"
            check
            ends image push big:1 "$registry/new/big:1" --compression zstd
            check
            mv "$words.full" "$words"
            """
        ) { registry, calls in
            let read = try await calls.other(
                "skopeo",
                ["inspect", "--raw", "--tls-verify=false", "--override-arch", "arm64"]
                    + ["docker://\(registry.host)/new/big:1"])
            let index = Digest.of(Array(read.output.utf8))
            let back = try await calls.berth("image", "pull", "\(registry.host)/new/big:1", "--json")
            #expect(back.code == 0 && back.output.contains("\(index)"), "\(back)")
        }
        #expect(found.lines == ["big:1", "ended with 13", "no damage found", "ended with 0", "no damage found"])
        #expect(found.error.contains("No space left on device") && found.error.contains("hint:"), "\(found.error)")
    }

    @Test func `a registry that takes signed tokens alone: its service gets the login, and the push goes through`()
        async throws
    {
        let folder = try TemporaryFolder("tokens")
        let calls = Calls(home: folder.path.appending("home"), environment: ["DOCKER_CONFIG": folder.path.string])
        try await DebianRegistry.serving { open in
            _ = try await RegistryTests.put(open, in: folder, calls)
            let pulled = try await calls.berth("image", "pull", "\(open.host)/team/tiny:1")
            try #require(pulled.code == 0, "\(pulled)")
        }
        try await TokenService.serving(DebianRegistry.login, in: folder) { tokens in
            try await DebianRegistry.serving(tokens: tokens) { closed in
                try await push(to: closed, by: tokens, in: folder, calls)
            }
        }
    }

    private func push(
        to closed: DebianRegistry, by tokens: TokenService, in folder: TemporaryFolder, _ calls: Calls
    ) async throws {
        let target = "\(closed.host)/team/tiny:1"
        func login(_ password: String) throws {
            let auth = Data("\(DebianRegistry.login.name):\(password)".utf8).base64EncodedString()
            let text = #"{"auths":{"\#(closed.host)":{"auth":"\#(auth)"}}}"#
            try folder.write(["config.json": .file(Array(text.utf8), mode: 0o600)])
        }
        try login("not-the-password")
        let refused = try await calls.berth("image", "push", "tiny:1", target, "--progress", "none")
        #expect(refused.code == 4 && !refused.errors.contains("not-the-password"), "\(refused)")
        #expect(tokens.lines.contains { $0.hasPrefix("refused") && $0.contains("repository:team/tiny:") })
        try login(DebianRegistry.login.password)
        let pushed = try await calls.berth("image", "push", "tiny:1", target)
        #expect(pushed.code == 0, "\(pushed)")
        #expect(
            tokens.lines.contains { $0.hasPrefix("granted") && $0.contains("team/tiny:") && $0.contains("push") },
            "\(tokens.lines)")
        let read = try await calls.other(
            "skopeo",
            [
                "inspect", "--tls-verify=false", "--creds",
                "\(DebianRegistry.login.name):\(DebianRegistry.login.password)", "--override-arch", "arm64",
                "docker://\(target)",
            ])
        #expect(read.code == 0, "\(read.errors)")
        // A reader's token is for reading alone.
        let other = Calls(home: folder.path.appending("other"), environment: calls.environment)
        let before = tokens.lines.count
        let pulled = try await other.berth("image", "pull", target)
        #expect(pulled.code == 0, "\(pulled)")
        #expect(tokens.lines[before...].allSatisfy { $0 == "granted repository:team/tiny:pull" }, "\(tokens.lines)")
    }
}
