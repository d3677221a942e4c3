import BerthLockfiles
import BerthSystem
import BerthTestSupport
import SystemPackage
import Testing

/// Lockfiles that npm itself writes, in each version that it can, of one workspace on one registry.
@Suite struct NpmWrittenLockTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder("npm-locks") }

    private static let packages = [
        NpmBuilder("@s/a", "1.2.3", ["b": "^2.0.0"]).with { $0.bins = [("a", "a.js")] },
        NpmBuilder("b", "2.0.0").with { $0.hasInstallScript = true },
        NpmBuilder("b", "3.0.0", optional: ["native": "1"]),
        NpmBuilder("native", "1.0.0").with { $0.processors = ["arm64"] }, NpmBuilder("c", "1.0.0", peers: ["b": "^3"]),
    ]

    /// What npm locks for the project, read; `workspace` are fields of its one workspace.
    private func lock(_ name: String, version: Int, workspace: String, in mirror: Mirror) async throws
        -> LockedDependencies
    {
        let project = folder.path.appending("\(name)-\(version)")
        try Files.makeDirectory(project.appending("packages"))
        try Files.makeDirectory(project.pushing("packages/w"))
        try Files.writeAtomically(
            #"{"name": "p", "version": "1.0.0", "workspaces": ["packages/*"], "dependencies": {"b": "^3.0.0"}}"#,
            to: project.appending("package.json"))
        try Files.writeAtomically(
            #"{"name": "w", "dependencies": {"@s/a": "^1.0.0", "mine": "npm:c@^1"}, \#(workspace)}"#,
            to: project.pushing("packages/w/package.json"))
        try await NpmPeer.npm(
            ["install", "--package-lock-only", "--lockfile-version", "\(version)"], in: project,
            registry: mirror.address)
        let bytes = try Files.read(project.appending("package-lock.json"), limit: 1 << 20)
        #expect(String(decoding: bytes, as: UTF8.self).contains("\"lockfileVersion\": \(version)"))
        return try #require(try NodeLocks.read(bytes, file: "package-lock.json", format: .packageLock))
    }

    @Test func `all versions name the same packages, and 2 and 3 the same tree`() async throws {
        try await NpmRegistryDouble(Self.packages).serving { mirror in
            var found: [LockedDependencies] = []
            for version in 1...3 {
                found.append(try await lock("same", version: version, workspace: #""version": "1.0.0""#, in: mirror))
            }
            let names = found[0].packages.map { "\($0.name) \($0.version)" }
            #expect(names == ["@s/a 1.2.3", "b 2.0.0", "b 3.0.0", "c 1.0.0", "native 1.0.0"])
            #expect(found[0].packages == found[1].packages && found[1] == found[2])
            #expect(found[0].packages.allSatisfy { $0.integrity.count == 1 && $0.source.hasPrefix(mirror.address) })
            // Version 1 has no commands and platforms; places and edges are the same.
            let places = found.map { Set($0.shape.filter { $0.aspect == "is" }.map(\.subject)) }
            #expect(places[0].isSuperset(of: places[2]) && places[2].count == 5)
            #expect(found[0].shape.contains(ShapeFact("node_modules/@s/a", "depends on b", "^2.0.0")))
        }
    }

    @Test func `a workspace's own version changes nothing, its dependencies the tree`() async throws {
        try await NpmRegistryDouble(Self.packages).serving { mirror in
            func locked(_ name: String, _ workspace: String) async throws -> LockedDependencies {
                try await lock(name, version: 3, workspace: workspace, in: mirror)
            }
            let before = try await locked("before", #""version": "1.0.0""#)
            #expect(try await locked("bumped", #""version": "2.0.0", "license": "MIT""#) == before)
            let command = try await locked("command", #""version": "1.0.0", "bin": {"w": "w.js"}"#)
            #expect(command.packages == before.packages && command.shape != before.shape)
            let peer = try await locked("peer", #""version": "1.0.0", "devDependencies": {"b": "^3.0.0"}"#)
            #expect(peer.packages == before.packages && peer.shape != before.shape)
            let more = try await locked("more", #""version": "1.0.0", "devDependencies": {"c": "^1.0.0"}"#)
            #expect(more.packages == before.packages && more.shape != before.shape)
        }
    }
}
