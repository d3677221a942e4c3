import BerthArchive
import BerthSystem
import BerthTestSupport
import Foundation
import SystemPackage
import Testing

@testable import BerthImage

/// Tools from npm packages in whole locks and builds, from a registry on this machine; read back by bsdtar.
struct NpmToolTests {
    private static let recipe = """
        name: ship
        platforms: [linux/amd64]
        debian: {suite: harbour, packages: [libc6]}
        user: {name: runner, id: 1001}
        tools:
          - name: pnpm
            from:
              - {npm: "@pnpm/linux-{cpu}@11", take: {pnpm: /usr/local/bin/pnpm}}
              - npm: pnpm@11
          - name: lister
            from: [{npm: lister@^1}]
          - name: shed
            from: [{lockfile: package-lock.json, prefix: /opt/shed}]
        labels: {berth.version.pnpm: "${tool:pnpm}"}

        """

    /// The platform package in the shape of pnpm's own: one program, and what it is for.
    private static let native = NpmBuilder("@pnpm/linux-x64", "11.2.0").with {
        ($0.systems, $0.processors) = (["linux"], ["x64"])
        $0.members = [.init("package/pnpm", "#!/bin/sh\necho 11.2.0\n", mode: 0o755)]
    }
    /// The package in JavaScript, with what it depends on.
    private static let script = NpmBuilder("pnpm", "11.2.0", ["reader": "^2"]).with {
        $0.bins = [("pnpm", "bin/pnpm.cjs"), ("pnpx", "bin/pnpx.cjs")]
    }
    private static let others = [
        script, NpmBuilder("reader", "2.0.1"), NpmBuilder("thing", "3.0.0"),
        NpmBuilder("lister", "1.4.0", ["reader": "^2"]).with { $0.bins = [("lister", "cli.js")] },
    ]

    private static func projectLock() throws -> String {
        let integrity = Integrity.of(try NpmBuilder("thing", "3.0.0").tarball())
        return """
            {"name": "shed", "version": "1.0.0", "lockfileVersion": 3, "requires": true, "packages": {
              "": {"name": "shed", "version": "1.0.0", "dependencies": {"thing": "^3"}},
              "node_modules/thing": {"version": "3.0.0", "integrity": "\(integrity)"}}}
            """
    }

    private func withYard(
        _ packages: [NpmBuilder], _ body: (Yard, _ registry: Mirror) async throws -> Void
    ) async throws {
        try await withArchive { archive, mirror in
            try await archive.publish(ToolTests.packages)
            let yard = try Yard(archive, mirror, recipe: Self.recipe)
            try yard.folder.write(["ship/package-lock.json": .text(try Self.projectLock())])
            try await NpmRegistryDouble(packages).serving { try await body(yard, $0) }
        }
    }

    private func command(_ verb: String, _ yard: Yard, _ registry: Mirror, _ more: [String] = []) throws -> Command {
        var command = try yard.command(verb, more)
        command.environment["npm_config_registry"] = registry.address + "/"
        return command
    }

    /// Unpacks the layer of tools and tells where.
    private func tools(_ image: BuiltImage, _ yard: Yard) async throws -> FilePath {
        let digest = try #require(image["tools"]?.dropFirst("sha256:".count))
        let root = yard.folder.path.appending("root-\(digest.prefix(8))")
        try Files.makeDirectory(root)
        let blob = yard.store.pushing("blobs/sha256").appending(String(digest))
        let bsdtar = try Programs.require("bsdtar", remedy: "install libarchive-tools")
        _ = try await Command(bsdtar, ["-C", root.string, "-xf", blob.string]).output()
        return root
    }

    private func link(_ path: FilePath) throws -> String {
        try FileManager.default.destinationOfSymbolicLink(atPath: path.string)
    }

    @Test func `packages of pnpm's shape and a project's lock are locked, fetched and laid out`() async throws {
        try await withYard([Self.native] + Self.others) { yard, registry in
            _ = try await command("lock", yard, registry).output()
            let lock = try #require(try LockFile.read(yard.recipe.appending("berth.lock")))
            #expect(
                lock.platforms[0].tools?.map { "\($0.name) \($0.version)" } == [
                    "pnpm 11.2.0", "lister 1.4.0", "shed 3.0.0",
                ])
            #expect(!(try Files.readText(yard.recipe.appending("berth.lock")).contains("127.0.0.1")))
            let image = try BuiltImage(try await command("build", yard, registry).output())
            let root = try await tools(image, yard)
            #expect(try await Command(root.pushing("usr/local/bin/pnpm"), []).output() == "11.2.0\n")
            #expect(try link(root.pushing("usr/local/bin/lister")) == "../lib/node_modules/lister/cli.js")
            let modules = root.pushing("usr/local/lib/node_modules")
            #expect(Files.exists(modules.pushing("lister/node_modules/reader/package.json")))
            #expect(!Files.exists(modules.appending("reader")))
            #expect(Files.exists(root.pushing("opt/shed/node_modules/thing/package.json")))
        }
    }

    @Test func `without the platform package the one in JavaScript comes, and its commands are links`() async throws {
        try await withYard(Self.others) { yard, registry in
            let image = try BuiltImage(try await command("build", yard, registry).output())
            let root = try await tools(image, yard)
            #expect(try link(root.pushing("usr/local/bin/pnpx")) == "../lib/node_modules/pnpm/bin/pnpx.cjs")
            #expect(Files.exists(root.pushing("usr/local/lib/node_modules/pnpm/node_modules/reader/package.json")))
        }
    }

    @Test func `a build needs no registry once the lock is made`() async throws {
        try await withYard([Self.native] + Self.others) { yard, registry in
            _ = try await command("lock", yard, registry).output()
            let asked = registry.requests.count
            _ = try await command("build", yard, registry, ["--offline"]).output()
            #expect(registry.requests.count == asked)
        }
    }

    @Test func `a tarball that is not what its integrity promises stops the lock`() async throws {
        try await withYard([Self.native] + Self.others) { yard, registry in
            registry.set(.wrongBytes, for: "@pnpm/linux-x64/-/linux-x64-11.2.0.tgz")
            let outcome = try await command("lock", yard, registry).run()
            #expect(outcome.code == BerthSystem.ExitStatus.damaged.rawValue, "\(outcome)")
            #expect(outcome.errors.contains("linux-x64-11.2.0.tgz"))
            #expect(!Files.exists(yard.recipe.appending("berth.lock")))
        }
    }

    @Test func `a registry with a company's own certificate is trusted where npm's cafile says so`() async throws {
        try await withYard([Self.native] + Self.others) { yard, registry in
            let certificate = try await TestCertificate(in: yard.folder)
            try await TLSFront.serving(certificate, for: registry.port) { front in
                var refused = try yard.command("lock")
                refused.environment["npm_config_registry"] = "https://127.0.0.1:\(front)/"
                let outcome = try await refused.run()
                #expect(outcome.code != 0 && outcome.errors.contains("certificate"), "\(outcome)")
                var trusted = refused
                trusted.environment["npm_config_cafile"] = certificate.certificate.string
                _ = try await trusted.output()
                #expect(Files.exists(yard.recipe.appending("berth.lock")))
                var unreadable = refused
                unreadable.environment["npm_config_cafile"] = "/nowhere/ca.pem"
                let wrong = try await unreadable.run()
                #expect(wrong.errors.contains("/nowhere/ca.pem"), "\(wrong)")
            }
        }
    }
}
