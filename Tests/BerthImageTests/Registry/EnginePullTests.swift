import BerthArchive
import BerthStore
import BerthSystem
import BerthTestSupport
import Foundation
import SystemPackage
import Testing

@testable import BerthImage

/// An image that Berth built, on somebody else's registry, pulled and run by engines that know nothing of Berth.
@Suite(.linuxOnly("docker-registry, Docker's and Podman's own programs")) struct EnginePullTests {
    private let name = "pulled-\(UUID().uuidString.prefix(8).lowercased())"

    private var recipe: String {
        """
        name: \(name)
        platforms: [linux/amd64]
        debian: {suite: harbour, packages: [shell, anchor]}
        user: {name: runner, id: 1001}

        """
    }

    private func run(_ program: String, _ arguments: [String], _ environment: [String: String]) async throws -> String {
        var command = Command(try Programs.require(program, remedy: "scripts/setup test"), arguments)
        command.environment.merge(environment) { $1 }
        command.limit = .seconds(300)
        return try await command.output()
    }

    @Test(
        arguments: [
            (TestEngine.docker20, "stored"), (.docker26, "stored"), (.docker26Containerd, "stored"),
            (.podman, "stored"), (.docker26, "zstd"), (.podman, "zstd"),
        ])
    func `an engine runs what was pushed, under the digests that it was pushed with`(
        kind: TestEngine, form: String
    ) async throws {
        let running = try await kind.start()
        let base = try #require(SmallArchive.packages.first)
        let shell = try await SmallArchive.shell()
        try await withArchive { archive, mirror in
            try await archive.publish([base, shell, SmallArchive.anchor("1.0", "echo it holds for $(id -u)")])
            let yard = try Yard(archive, mirror, recipe: recipe)
            _ = try await yard.build()
            let version = try VersionCatalog(Store.open(yard.store)).resolve(name)
            try await DebianRegistry.serving { registry in
                let target = "\(registry.host)/team/\(name):1"
                let index = try await push(yard, target, form)
                #expect((index == "\(version.index)") == (form == "stored"))
                try await pull(kind, running, target, index, try #require(version.platforms.first), yard)
            }
        }
    }

    /// The digest that the registry has it under.
    private func push(_ yard: Yard, _ target: String, _ form: String) async throws -> String {
        let outcome = try await BuiltProgram.command(
            ["image", "push", name, target, "--compression", form, "--json"], home: yard.store
        ).run()
        try #require(outcome.succeeded, "\(outcome)")
        let value = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any]
        return try #require(value?["digest"] as? String)
    }

    private func pull(
        _ kind: TestEngine, _ running: TestEngine.Running, _ target: String, _ index: String, _ image: PlatformImage,
        _ yard: Yard
    ) async throws {
        // Podman wants the file of logins to be there where its folder is named.
        try yard.folder.write(["login/config.json": "{}"])
        var environment = running.environment
        environment["DOCKER_CONFIG"] = yard.folder.path.appending("login").string
        let client = running.host == nil ? "podman" : "docker"
        let options = running.host == nil ? ["--tls-verify=false"] : []
        _ = try await run(client, ["pull", "--quiet"] + options + [target], environment)
        let said = try await run(client, ["run", "--rm", "--network", "none", target, "anchor"], environment)
        #expect(said == "it holds for 1001\n")
        let shown = try await run(client, ["image", "inspect", target], environment)
        let facts = try JSONSerialization.jsonObject(with: Data(shown.utf8)) as? [[String: Any]]
        let id = try #require(facts?.first?["Id"] as? String)
        let expected = kind == .docker26Containerd ? index : "\(image.config)"
        #expect(expected.hasSuffix(id.hasPrefix("sha256:") ? String(id.dropFirst(7)) : id), "\(id) \(expected)")
        let layers = (facts?.first?["RootFS"] as? [String: Any])?["Layers"] as? [String]
        #expect(layers == image.layers.map { "\($0.diffID)" })
        _ = try await run(client, ["rmi", target], environment)
    }

    @Test func `a layer as stored is several gzip members in a row`() async throws {
        let base = try #require(SmallArchive.packages.first)
        let shell = try await SmallArchive.shell()
        try await withArchive { archive, mirror in
            try await archive.publish([base, shell, SmallArchive.anchor("1.0", "true")])
            let yard = try Yard(archive, mirror, recipe: recipe)
            let image = try await yard.build()
            let digest = try #require(image["packages"]?.dropFirst("sha256:".count))
            let script = """
                import sys, zlib
                data, count = open(sys.argv[1], "rb").read(), 0
                while data:
                    member = zlib.decompressobj(31)
                    member.decompress(data)
                    assert member.eof
                    data, count = member.unused_data, count + 1
                print(count)
                """
            let count = try await run(
                "python3", ["-c", script, yard.store.pushing("blobs/sha256").appending(String(digest)).string], [:])
            #expect(Int(count.dropLast()).map { $0 > 2 } == true, "\(count)")
        }
    }
}
