import BerthArchive
import BerthRegistry
import BerthSystem
import BerthTestSupport
import Testing

@testable import BerthPackages

/// Resolution as a recipe needs it: for another machine, with refusals that say what to do.
@Suite struct NpmResolverTests {
    private func resolve(
        _ packages: [NpmBuilder], _ wants: [String], allowed: [String: String] = [:], withLibc: Bool = true,
        _ prepare: @Sendable (Mirror) -> Void = { _ in }
    ) async throws -> NpmResolver.Resolution {
        try await NpmHarbour.open { harbour in
            try await NpmRegistryDouble(packages, withLibc: withLibc).serving { mirror in
                prepare(mirror)
                return try await harbour.resolve(wants, from: mirror, allowed: allowed)
            }
        }
    }

    private func failure(
        _ packages: [NpmBuilder], _ wants: [String], _ prepare: @Sendable (Mirror) -> Void = { _ in }
    ) async throws -> BerthError? {
        do {
            _ = try await resolve(packages, wants, prepare)
            return nil
        } catch let error as BerthError { return error }
    }

    @Test func `a package comes with all that a lock needs`() async throws {
        let tool = NpmBuilder("@s/tool", "1.2.3", ["inner": "^1"]).with { $0.bins = [("tool", "./cli.js")] }
        let found = try await resolve([tool, NpmBuilder("inner", "1.0.0")], ["@s/tool@^1"]).packages
        #expect(found.map(\.location.description) == ["node_modules/@s/tool", "node_modules/inner"])
        #expect(found.map(\.fileName) == ["tool-1.2.3.tgz", "inner-1.0.0.tgz"])
        #expect(found[0].integrity == Integrity.of(try tool.tarball()) && found[0].label == "@s/tool@1.2.3")
        #expect(found[0].bins == [NpmBin(command: "tool", path: "cli.js")])
        #expect(found.map(\.isRequested) == [true, false] && found.map(\.isOptional) == [false, false])
        #expect(found[0].address.map { "\($0)".hasSuffix("/@s/tool/-/tool-1.2.3.tgz") } == true)
        #expect(try await resolve([tool], []).packages.isEmpty)
    }

    @Test func `optional packages are chosen for the target, also where only the version's own document knows`()
        async throws
    {
        let native = [
            ("linux", "arm64", "glibc"), ("linux", "arm64", "musl"), ("linux", "x64", "glibc"), ("darwin", "arm64", ""),
        ]
        .map { system, processor, libc in
            NpmBuilder("n-\(system)-\(processor)-\(libc)", "1.0.0", ["shared": "*"]).with {
                ($0.systems, $0.processors, $0.libcs) = ([system], [processor], libc.isEmpty ? [] : [libc])
            }
        }
        var tool = NpmBuilder("tool", "1.0.0")
        tool.optional = native.map { ($0.name, "1.0.0") } + [("windows", "*")]
        let others = [
            NpmBuilder("shared", "1.0.0"), NpmBuilder("only-windows", "1.0.0"),
            NpmBuilder("windows", "1.0.0", ["only-windows": "*"]).with { $0.systems = ["win32"] },
        ]
        for withLibc in [true, false] {
            let found = try await resolve(native + [tool] + others, ["tool"], withLibc: withLibc).packages
            #expect(found.map(\.name) == ["n-linux-arm64-glibc", "shared", "tool"], "\(withLibc)")
            #expect(found.map(\.isOptional) == [true, true, false])
        }
        let error = try #require(try await failure(others, ["windows"]))
        #expect(error.status == .failed && error.what.contains("win32") && error.place?.contains("arm64") == true)
    }

    @Test func `install scripts are refused unless allowed, a foreign Node is warned of`() async throws {
        let scripted = NpmBuilder("scripted", "1.0.0").with { $0.hasInstallScript = true }
        let modern = NpmBuilder("modern", "1.0.0", ["scripted": "*"]).with { $0.node = ">=99" }
        let error = try #require(try await failure([scripted, modern], ["modern"]))
        #expect(error.status == .usage && error.what.contains("scripted@1.0.0"))
        let found = try await resolve([scripted, modern], ["modern"], allowed: ["scripted": "prints a banner"])
        #expect(found.packages.count == 2 && found.warnings == ["modern@1.0.0 wants Node >=99"])
    }

    @Test func `what can't be met is told with who wants it`() async throws {
        let packages = [
            NpmBuilder("host", "1.0.0"), NpmBuilder("host", "2.0.0"),
            NpmBuilder("plug", "1.0.0", peers: ["host": "^2"]),
            NpmBuilder("broken", "1.0.0", ["nothere": "^1"]),
            NpmBuilder("git", "1.0.0", ["x": "git+https://me:s3cret@host.example/x"]),
        ]
        let missing = try #require(try await failure(packages, ["broken"]))
        #expect(missing.status == .failed && missing.what.contains("nothere") && missing.what.contains("broken@1.0.0"))
        let version = try #require(try await failure(packages, ["host@^7"]))
        #expect(version.what.contains("host") && version.what.contains("^7") && version.what.contains("the recipe"))
        let peer = try #require(try await failure(packages, ["host@1", "plug"]))
        #expect(peer.status == .failed && peer.what.contains("host"))
        let git = try #require(try await failure(packages, ["git"]))
        #expect(git.what.contains("no registry") && !"\(git)".contains("s3cret"))
        await #expect(throws: BerthError.self) { try await resolve(packages, ["host", "host@2"]) }
        for text in ["../x", "a@file:x", "https://h.example/a.tgz", "", "@s", "a b", ".a", "a@npm:../x"] {
            #expect(throws: BerthError.self, "\(text)") { try NpmRequirement(text) }
        }
        #expect(try NpmRequirement("@s/a@npm:b@^1").name == "@s/a")
    }

    @Test func `a registry's trouble is told for what it is`() async throws {
        let packages = [NpmBuilder("a", "1.0.0")]
        func status(_ fault: MirrorFault) async throws -> BerthError? {
            try await failure(packages, ["a"]) { $0.set(fault, for: "a") }
        }
        let refused = try #require(try await status(.status(401)))
        #expect(refused.status == .authenticationNeeded && refused.remedy?.contains(".npmrc") == true)
        #expect(try await status(.status(403))?.status == .authenticationNeeded)
        #expect(try await status(.status(404))?.what.contains("no package a") == true)
        #expect(try await status(.status(503))?.status == .temporary)
        #expect(try await status(.status(429, retryAfter: "0"))?.status == .temporary)
        #expect(try await status(.page)?.status == .temporary)
        #expect(try await status(.disguisedPage)?.what.contains("can't be used") == true)
        #expect(try await status(.truncate(to: 20))?.what.contains("can't be used") == true)
        #expect(try await status(.encoded("gzip"))?.status == .failed)
        #expect(try await status(.drop(after: 10))?.status == .temporary)
        // Trouble that passes stops nobody.
        let found = try await resolve(packages, ["a"]) { $0.set(.drop(after: 10), for: "a", times: 1) }
        #expect(found.packages.count == 1)
    }

    @Test func `answers of another kind are refused, versions that can't be read are left out`() throws {
        func packument(_ text: String) throws -> NpmPackument {
            try NpmPackument(Array(text.utf8), name: "a", place: "https://host.example/a")
        }
        for text in [
            "", "[]", "{}", #"{"versions":[]}"#, #"{"name":"b","versions":{}}"#,
            #"{"versions":{"1.0.0":{},"1.0.0":{}}}"#,
        ] {
            #expect(throws: BerthError.self, "\(text)") { try packument(text) }
        }
        let odd = try packument(
            #"{"versions":{"1.0.0":{"version":"1.0.0","bin":7,"dependencies":["x"],"engines":["n"],"os":"linux","dist":{"shasum":"da39a3ee5e6b4b0d3255bfef95601890afd80709"}},"x":{},"2.0.0":7}}"#
        )
        let node = try #require(NpmVersion("24.0.0"))
        let manifest = try #require(odd.pick(NpmSpec("*"), node: node))
        #expect(odd.manifests.count == 1 && manifest.bins.isEmpty && manifest.dependencies.isEmpty)
        #expect(manifest.platform.systems == ["linux"] && manifest.integrity?.isWeak == true)
    }

    @Test func `a lock made elsewhere finds its files here`() async throws {
        try await NpmHarbour.open { harbour in
            try await NpmRegistryDouble([NpmBuilder("a", "1.0.0")]).serving { mirror in
                let resolver = NpmResolver(configuration: try harbour.configuration(mirror), fetcher: harbour.fetcher)
                let here = NpmPin(name: "a", version: "1.0.0", fileName: "a-1.0.0.tgz")
                let gone = NpmPin(name: "b", version: "1.0.0", fileName: "b-1.0.0.tgz")
                let found = try await resolver.addresses(for: [here, gone], target: harbour.target)
                #expect(found[here]?.map { "\($0)" } == ["\(mirror.address)/a/-/a-1.0.0.tgz"])
                #expect(found[gone]?.count == 1)
            }
        }
    }

    @Test func `commands that two packages bring go to one of them`() throws {
        func package(_ name: String, _ location: String, requested: Bool) throws -> NpmPackage {
            NpmPackage(
                name: name, version: "1.0.0", location: try ArchivePath(parsing: location), integrity: Integrity.of([]),
                fileName: "\(name)-1.0.0.tgz", bins: [NpmBin(command: "run", path: "run.js")], isRequested: requested)
        }
        let (a, b) = (
            try package("a", "node_modules/a", requested: false), try package("b", "node_modules/b", requested: true)
        )
        let local = try NpmLayout(prefix: "srv", style: .local).settled([a, b])
        #expect(local.map { $0.bins?.count } == [1, 0])
        let global = NpmLayout(prefix: "usr", style: .global)
        #expect(try global.settled([a, b]).map { $0.bins?.count } == [1, 1])
        let other = try package("c", "node_modules/c", requested: true)
        let scoped = try package("@s/z", "node_modules/@s/z", requested: true)
        let project = try NpmLayout(prefix: "srv", style: .local).settled([b, other, scoped])
        #expect(project.map { $0.bins?.count } == [0, 0, 1])
        let error = #expect(throws: BerthError.self) { try global.settled([b, other]) }
        #expect(error?.what.contains("b@1.0.0") == true && error?.what.contains("c@1.0.0") == true)
        #expect(throws: BerthError.self) { try global.settled([a, package("A", "node_modules/A", requested: false)]) }
    }
}
