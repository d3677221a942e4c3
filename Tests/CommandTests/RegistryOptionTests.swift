import BerthSystem
import BerthTestSupport
import Foundation
import SystemPackage
import Testing

/// How `berth image push` is told where to push, how to speak there and who asks, against Debian's docker-registry.
@Suite(.linuxOnly("docker-registry and skopeo")) struct RegistryOptionTests {
    /// A store that holds `tiny:1`, which the registry has as `team/tiny:1`.
    private func withImage(
        _ environment: [String: String] = [:],
        _ body: (TemporaryFolder, Calls, DebianRegistry) async throws -> Void
    ) async throws {
        let folder = try TemporaryFolder("registry")
        let own = ["DOCKER_CONFIG": folder.path.string, "XDG_CONFIG_HOME": folder.path.appending("config").string]
        let calls = Calls(home: folder.path.appending("home"), environment: own)
        try await DebianRegistry.serving { registry in
            _ = try await RegistryTests.put(registry, in: folder, calls)
            let pulled = try await calls.berth("image", "pull", "\(registry.host)/team/tiny:1")
            try #require(pulled.code == 0, "\(pulled.errors)")
            try await body(folder, calls, registry)
        }
    }

    private func report(_ outcome: Command.Outcome) throws -> [String: Any] {
        try #require(outcome.code == 0, "\(outcome.errors)")
        return try #require(try outcome.json() as? [String: Any])
    }

    private func count(_ report: [String: Any], _ key: String) -> Int? {
        (report[key] as? [String: Any])?["count"] as? Int
    }

    @Test func `plain http to a host that is not this machine's own name needs to be named`() async throws {
        try await withImage { _, calls, registry in
            // Not loopback by its name, though it leads to this machine.
            let host = registry.host.replacing("127.0.0.1", with: "0.0.0.0")
            let refused = try await calls.berth("image", "push", "tiny:1", "\(host)/plain/tiny", "--progress", "none")
            #expect(refused.code != 0 && registry.requests("PUT", "plain") == 0, "\(refused)")
            let other = try await calls.berth(
                "image", "push", "tiny:1", "\(host)/plain/tiny", "--insecure", "0.0.0.0:1", "--progress", "none")
            #expect(other.code != 0 && registry.requests("PUT", "plain") == 0, "\(other)")
            let pushed = try await calls.berth("image", "push", "tiny:1", "\(host)/plain/tiny", "--insecure", host)
            #expect(pushed.code == 0 && registry.requests("PUT", "plain") > 0, "\(pushed)")
        }
    }

    @Test func `blobs of a repository that --mount-from names are taken over and not sent`() async throws {
        try await withImage { _, calls, registry in
            let without = try report(
                await calls.berth("image", "push", "tiny:1", "\(registry.host)/sent/tiny", "--json"))
            #expect(count(without, "mounted") == 0 && (count(without, "moved") ?? 0) > 0)
            let sent = registry.requests("PATCH")
            let with = try report(
                await calls.berth(
                    "image", "push", "tiny:1", "\(registry.host)/mounted/tiny", "--mount-from",
                    "\(registry.host)/team/tiny", "--json"))
            #expect(count(with, "mounted") == count(without, "moved") && count(with, "moved") == 0, "\(with)")
            #expect(registry.requests("PATCH") == sent)
        }
    }

    @Test func `where no reference is given, the variable counts before berth.yaml`() async throws {
        try await withImage { folder, calls, registry in
            let nowhere = try await calls.berth("image", "push", "tiny:1")
            #expect(nowhere.code == 64 && nowhere.errors.contains("nothing says where to push to"), "\(nowhere)")
            try folder.write(["config/berth/berth.yaml": .text("registry: \(registry.host)/by-file\n")])
            let file = try report(await calls.berth("image", "push", "tiny:1", "--json"))
            #expect(file["registry"] as? String == "\(registry.host)/by-file/tiny")
            var other = calls
            other.environment["BERTH_REGISTRY"] = "\(registry.host)/by-variable"
            let variable = try report(await other.berth("image", "push", "tiny:1", "--json"))
            #expect(variable["registry"] as? String == "\(registry.host)/by-variable/tiny")
            let read = try await calls.other(
                "skopeo",
                [
                    "inspect", "--raw", "--tls-verify=false", "docker://\(registry.host)/by-variable/tiny:1",
                ])
            #expect(read.code == 0, "\(read)")
        }
    }

    @Test func `a helper in the folder of Docker's own programs is found under a timer's short PATH`() async throws {
        try await withImage { folder, calls, _ in
            try await DebianRegistry.serving(asksForLogin: true) { closed in
                let login = DebianRegistry.login
                let answer =
                    #"{"ServerURL": "\#(closed.host)", "Username": "\#(login.name)", "Secret": "\#(login.password)"}"#
                try folder.write([
                    "person/.docker/config.json": .file(Array(#"{"credsStore": "harbour"}"#.utf8), mode: 0o600),
                    "person/.docker/bin/docker-credential-harbour": .program(
                        "#!/bin/sh\ntest \"$1\" = get && grep -q '\(closed.host)' && echo '\(answer)'\n"),
                ])
                var short = calls
                short.environment["DOCKER_CONFIG"] = ""
                short.environment["PATH"] = "/usr/bin:/bin"
                let target = "\(closed.host)/tiny:1"
                short.environment["HOME"] = folder.path.appending("nobody").string
                let refused = try await short.berth("image", "push", "tiny:1", target, "--progress", "none")
                #expect(refused.code == 4, "\(refused)")
                short.environment["HOME"] = folder.path.appending("person").string
                let pushed = try await short.berth("image", "push", "tiny:1", target)
                #expect(pushed.code == 0, "\(pushed)")
            }
        }
    }
}
