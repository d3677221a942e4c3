import BerthSystem
import BerthTestSupport
import SystemPackage
import Testing

@testable import BerthCache

/// Profiles proposed for checkouts; uv makes one of them itself.
struct ProfileDetectionTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder("detect") }

    private func propose() async throws -> [ProfileProposal] {
        try await ProfileDetection.propose(try Profiles.catalog.all(), for: folder.path)
    }

    @Test func `a project of uv gets uv, and its tree`() async throws {
        try folder.write([
            "pyproject.toml":
                "[project]\nname = \"app\"\nversion = \"1\"\nrequires-python = \">=3.9\"\ndependencies = [\"iniconfig==2.0.0\"]\n"
        ])
        var lock = Command(try Programs.require("uv", remedy: "scripts/setup test"), ["lock", "--quiet"])
        lock.directory = folder.path
        _ = try await lock.output()
        let found = try await propose()
        #expect(found.map(\.profile) == ["uv", "venv"])
        #expect(found[0].reason == "uv.lock locks 1 package" && found[0].by == "packages" && !found[0].mustBeNamed)
    }

    @Test func `requirements without hashes are proposed by their bytes, and the reason says so`() async throws {
        try folder.write(["requirements.txt": "six\n", "requirements/dev.txt": "attrs\n"])
        let found = try await propose()
        #expect(found.map(\.profile) == ["pip", "venv"] && found.allSatisfy { $0.by == "files" })
        #expect(found[0].lockfiles == ["requirements.txt", "requirements/dev.txt"])
        #expect(found[0].reason.contains("can't be read"), "\(found[0].reason)")
        #expect(found[0].install == "pip install --requirement requirements.txt")
    }

    @Test func `lockfiles deeper in the checkout are named; those of others are not looked at`() async throws {
        let integrity = "sha512-" + String(repeating: "A", count: 86) + "=="
        let lock =
            "{\"lockfileVersion\": 3, \"packages\": {\"\": {}, \"node_modules/playwright-core\": {\"version\": \"1.50.0\", \"resolved\": \"https://npm.example/p.tgz\", \"integrity\": \"\(integrity)\"}}}"
        try folder.write([
            "web/package-lock.json": .text(lock), "web/node_modules/a/package-lock.json": "{",
            "tests/fixtures/package-lock.json": "{", ".cache/package-lock.json": "{",
        ])
        let found = try await propose()
        #expect(found.map(\.profile) == ["npm", "playwright", "node-modules"])
        #expect(found.allSatisfy { $0.mustBeNamed && $0.lockfiles == ["web/package-lock.json"] })
        #expect(try await TemporaryFolderProposals.none())
    }
}

/// A checkout with nothing in it.
private enum TemporaryFolderProposals {
    static func none() async throws -> Bool {
        let empty = try TemporaryFolder("detect")
        return try await ProfileDetection.propose(try Profiles.catalog.all(), for: empty.path).isEmpty
    }
}
