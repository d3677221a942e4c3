import BerthSystem
import BerthTestSupport
import SystemPackage
import Testing

@testable import BerthLockfiles

/// The real uv locks a workspace, and exports it: three formats must tell of the same packages.
@Suite struct UvToolTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder("uv")
        try folder.write([
            "pyproject.toml": .text(Self.project),
            "packages/alpha/pyproject.toml": .text(Self.member(version: "1.0")),
            "packages/alpha/src/alpha/__init__.py": "",
        ])
    }

    private static let project = """
        [project]
        name = "app"
        version = "0.1"
        requires-python = ">=3.10"
        dependencies = ["alpha", "iniconfig==2.0.0", "colorama==0.4.6; sys_platform == 'win32'"]
        [dependency-groups]
        dev = ["pluggy==1.5.0"]
        [tool.uv.workspace]
        members = ["packages/*"]
        [tool.uv.sources]
        alpha = { workspace = true }

        """

    private static func member(version: String) -> String {
        """
        [project]
        name = "alpha"
        version = "\(version)"
        requires-python = ">=3.10"
        dependencies = ["packaging==24.0"]
        [build-system]
        requires = ["hatchling"]
        build-backend = "hatchling.build"

        """
    }

    private func write(_ name: String, _ text: String) throws {
        try folder.write([name: .text(text)])
    }

    private func uv(_ arguments: String...) async throws {
        var command = Command(try Programs.require("uv", remedy: "run scripts/setup test"), arguments)
        command.directory = folder.path
        command.limit = .seconds(120)
        _ = try await command.output()
    }

    private func read(_ name: String, _ format: LockfileFormat) throws -> LockedDependencies {
        let bytes = Array(try Files.readText(folder.path.appending(name)).utf8)
        return try #require(try PythonLocks.read(bytes, file: name, format: format))
    }

    @Test func `one resolution in three formats has the same packages`() async throws {
        try await uv("lock", "-q")
        try await uv("export", "-q", "--all-packages", "--format", "requirements.txt", "-o", "requirements.txt")
        try await uv("export", "-q", "--all-packages", "--format", "pylock.toml", "-o", "pylock.toml")
        let lock = try read("uv.lock", .uv)
        #expect(lock.packages.map(\.name) == ["colorama", "iniconfig", "packaging", "pluggy"])
        for other in [try read("requirements.txt", .requirements), try read("pylock.toml", .pylock)] {
            #expect(other.packages.map(\.name) == lock.packages.map(\.name))
            #expect(other.packages.map(\.version) == lock.packages.map(\.version))
            #expect(other.packages.map(\.integrity) == lock.packages.map(\.integrity))
        }
    }

    @Test func `what a person changes in a workspace shows where it should`() async throws {
        try await uv("lock", "-q")
        let before = try read("uv.lock", .uv)
        try write("packages/alpha/pyproject.toml", Self.member(version: "2.0"))
        try await uv("lock", "-q")
        let member = try read("uv.lock", .uv)
        #expect(member.packages == before.packages && member.shape != before.shape)
        let moved = Self.project.replacing("\"alpha\", \"iniconfig==2.0.0\"", with: "\"alpha\"")
            .replacing("dev = [", with: "dev = [\"iniconfig==2.0.0\", ")
        try write("pyproject.toml", moved)
        try await uv("lock", "-q")
        let group = try read("uv.lock", .uv)
        #expect(group.packages == before.packages && group.shape != member.shape)
        try write("pyproject.toml", moved.replacing("pluggy==1.5.0", with: "pluggy==1.4.0"))
        try await uv("lock", "-q")
        let version = try read("uv.lock", .uv)
        #expect(version.packages != before.packages)
    }
}
