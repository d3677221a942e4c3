import BerthArchive
import BerthStore
import BerthSystem
import BerthTestSupport
import Foundation
import SystemPackage
import Testing

@testable import BerthImage

/// Nights with real engines: a good package, a broken one, and images that go when nothing uses them.
@Suite(.linuxOnly("Docker's and Podman's own programs")) struct NightlyEngineTests {
    /// A name that no other test's images have, also on a second engine of the same kind.
    private let name = "night-\(UUID().uuidString.prefix(8).lowercased())"

    private var recipe: String {
        """
        name: \(name)
        platforms: [linux/amd64]
        debian: {suite: harbour, packages: [shell, anchor]}
        user: {name: runner, id: 1001}
        test: [{run: anchor, expect: holds}]

        """
    }

    @Test(arguments: [TestEngine.docker26, .docker26Containerd, .podman])
    func `a broken package is never latest, and superseded images leave the engine`(kind: TestEngine) async throws {
        let running = try await kind.start()
        let base = try #require(SmallArchive.packages.first)
        let shell = try await SmallArchive.shell()
        try await withArchive { archive, mirror in
            let yard = try Yard(archive, mirror, recipe: recipe)
            func night(_ anchor: RawDeb) async throws -> Command.Outcome {
                try await archive.publish([base, shell, anchor])
                var command = try yard.command(
                    "nightly", ["--on-battery", "--engine", running.host ?? "podman", "--progress", "none"])
                command.environment.merge(running.environment) { $1 }
                command.environment["XDG_CONFIG_HOME"] = yard.folder.path.appending("none").string
                return try await command.run()
            }
            let first = try await night(SmallArchive.anchor("1.0", "echo it holds"))
            #expect(first.succeeded && first.output.contains("\"passed\" : true"), "\(first)")
            let broken = try await night(SmallArchive.anchor("1.1", "echo it slips; exit 3"))
            #expect(broken.code == 1 && broken.output.contains("it slips"), "\(broken)")
            #expect(broken.output.contains("exit code 3"))
            let catalog = VersionCatalog(try Store.open(yard.store))
            let versions = try catalog.all()
            #expect(versions.count == 2)
            #expect(try catalog.resolve(name).index == versions[0].index)
            #expect(try await labels(kind, running) == Set(["latest", versions[0].tag]))
            let mended = try await night(SmallArchive.anchor("1.2", "echo it holds again"))
            #expect(mended.succeeded, "\(mended)")
            let last = try catalog.resolve(name)
            #expect(try await labels(kind, running) == Set(["latest", "nightly", last.tag, versions[0].tag]))
            try await goBack(yard, kind, running, to: versions[0], from: last)
            try await prune(yard, kind, running, used: versions[0], last: last)
        }
    }

    @Test func `a Dockerfile is built each night, and promoted once its tests pass`() async throws {
        let running = try await TestEngine.docker26.start()
        let program = try #require(try await TestEngine.busybox()["amd64"])
        try await withArchive { archive, mirror in
            let yard = try Yard(
                archive, mirror,
                recipe: """
                    name: \(name)
                    platforms: [linux/amd64]
                    builder: dockerfile
                    test: [{run: cat /word, expect: holds}]

                    """)
            let shell = yard.recipe.appending("sh")
            try Files.writeAtomically(Files.read(program), to: shell, mode: 0o755)
            func night(_ word: String) async throws -> Command.Outcome {
                let text = "FROM scratch\nCOPY sh /bin/sh\nCOPY sh /bin/cat\nCOPY word /word\n"
                try Files.writeAtomically(text, to: yard.recipe.appending("Dockerfile"))
                let path = yard.recipe.appending("word")
                if try !Files.exists(path) || Files.readText(path) != word { try Files.writeAtomically(word, to: path) }
                var command = try yard.command("nightly", ["--on-battery", "--engine", running.host ?? ""])
                command.environment.merge(running.environment) { $1 }
                command.environment["XDG_CONFIG_HOME"] = yard.folder.path.appending("none").string
                return try await command.run()
            }
            let first = try await night("it holds")
            #expect(first.succeeded && first.output.contains("\"outcome\" : \"promoted\""), "\(first)")
            let second = try await night("it holds")
            // Whether that is new is for the builder to say: the old one, without a cache, dates it anew.
            #expect(second.succeeded, "\(second)")
            let broken = try await night("it slips")
            #expect(broken.code == 1 && broken.output.contains("the output lacks holds"), "\(broken)")
            let again = try await night("it holds again")
            #expect(again.succeeded && again.output.contains("\"outcome\" : \"promoted\""), "\(again)")
            #expect(try await yard.checkStore().succeeded)
        }
    }

    /// What a container of `latest` says, before and after a person goes back, and forward again.
    private func goBack(
        _ yard: Yard, _ kind: TestEngine, _ running: TestEngine.Running, to first: Version, from last: Version
    ) async throws {
        func word() async throws -> String {
            let run = ["run", "--rm", "--network", "none", "localhost/berth/\(name):latest", "anchor"]
            let said = try await client(kind, running, run)
            // A busy engine loses what a short container says now and then.
            return said.isEmpty ? try await client(kind, running, run) : said
        }
        func rollback(_ to: Version) async throws -> Command.Outcome {
            var command = try BuiltProgram.command(
                ["image", "rollback", name, "--to", to.tag, "--engine", running.host ?? "podman"], home: yard.store)
            command.environment.merge(running.environment) { $1 }
            return try await command.run()
        }
        let before = try await word()
        #expect(before == "it holds again\n")
        let back = try await rollback(first)
        #expect(back.succeeded && back.output.contains("its \(name):latest is \(first.reference) now"), "\(back)")
        #expect(try await word() == "it holds\n")
        let forth = try await rollback(last)
        #expect(forth.succeeded && forth.output.contains("its \(name):latest is \(last.reference) now"), "\(forth)")
        #expect(try await word() == "it holds again\n")
    }

    /// The first version stays for as long as a container uses it.
    private func prune(
        _ yard: Yard, _ kind: TestEngine, _ running: TestEngine.Running, used: Version, last: Version
    ) async throws {
        func prune() async throws -> Command.Outcome {
            var command = try BuiltProgram.command(
                [
                    "image", "prune", name, "--keep", "0", "--days", "0", "--grace", "0", "--engine",
                    running.host ?? "podman",
                ], home: yard.store)
            command.environment.merge(running.environment) { $1 }
            return try await command.run()
        }
        // Another promotion makes the first version neither latest nor the one before.
        let catalog = VersionCatalog(try Store.open(yard.store))
        let middle = try catalog.all()[1]
        _ = try catalog.rollBack(name, to: middle.tag)
        try catalog.point(["latest"], to: last)
        _ = try await client(
            kind, running, ["create", "--name", name, "localhost/berth/\(name):\(used.tag)", "anchor"])
        let kept = try await prune()
        #expect(kept.succeeded && kept.output.contains("used by \(name)"), "\(kept)")
        #expect(try await labels(kind, running).contains(used.tag))
        _ = try await client(kind, running, ["rm", "--force", name])
        let gone = try await prune()
        #expect(gone.succeeded, "\(gone)")
        #expect(try await labels(kind, running) == Set(["latest", "nightly", last.tag]))
        #expect(try await yard.checkStore().succeeded)
    }

    /// Tags of this test's images, as the engine's own program lists them.
    private func labels(_ kind: TestEngine, _ running: TestEngine.Running) async throws -> Set<String> {
        let text = try await client(kind, running, ["images", "--format", "{{.Repository}}:{{.Tag}}"])
        let lines = text.split(separator: "\n").filter { $0.contains("/\(name):") }
        return Set(lines.compactMap { $0.split(separator: ":").last.map(String.init) })
    }

    private func client(
        _ kind: TestEngine, _ running: TestEngine.Running, _ arguments: [String]
    ) async throws -> String {
        let program = try Programs.require(running.host == nil ? "podman" : "docker", remedy: "scripts/setup test")
        var command = Command(program, arguments)
        command.environment = running.environment
        return try await command.output()
    }
}
