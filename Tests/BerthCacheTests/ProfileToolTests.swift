import BerthSystem
import BerthTestSupport
import SystemPackage
import Testing

@testable import BerthCache

/// Where the real tools keep their caches: asked with and without the variables that decide it.
struct ProfileToolTests {
    struct Tool: Sendable, CustomTestStringConvertible {
        let profile: String
        let command: [String]
        /// What it says is this far above the profile's first folder.
        let below: String
        let variable: String
        var testDescription: String { profile }
    }

    static let tools = [
        Tool(profile: "pip", command: ["pip", "cache", "dir"], below: "http-v2", variable: "PIP_CACHE_DIR"),
        Tool(profile: "uv", command: ["uv", "cache", "dir"], below: "", variable: "UV_CACHE_DIR"),
        Tool(
            profile: "poetry", command: ["poetry", "config", "cache-dir"], below: "artifacts",
            variable: "POETRY_CACHE_DIR"),
        Tool(profile: "pdm", command: ["pdm", "config", "cache_dir"], below: "", variable: "PDM_CACHE_DIR"),
        Tool(
            profile: "npm", command: ["npm", "config", "get", "cache"], below: "_cacache", variable: "npm_config_cache"),
    ]

    private static let installers =
        Machine.environment("XDG_DATA_HOME").map { FilePath($0) }
        ?? Machine.home.pushing(".local/share")

    /// What a tool says in a folder and with a home of its own, and no variable but those named.
    private func answer(_ tool: Tool, _ folder: ShortFolder, _ variables: [String: String]) async throws -> String {
        let own = Self.installers.pushing("berth-tools/installers/bin").appending(tool.command[0])
        let program = Files.exists(own) ? own : try Programs.require(tool.command[0], remedy: "scripts/setup test")
        let unset = ["XDG_CACHE_HOME", "XDG_CONFIG_HOME", "UV_CACHE_DIR", "PIP_CACHE_DIR", "PIP_CONFIG_FILE"]
        // A shim of a version manager finds its versions by the real home.
        let keep = Machine.environment("PYENV_ROOT") ?? Machine.home.pushing(".pyenv").string
        var command = Command(
            try Programs.require("env", remedy: ""),
            (unset + [tool.variable]).flatMap { ["-u", $0] } + ["HOME=\(folder.path)", "PYENV_ROOT=\(keep)"]
                + variables.map { "\($0.key)=\($0.value)" } + [program.string] + tool.command.dropFirst())
        command.directory = folder.path
        command.limit = .seconds(120)
        let lines = try await command.output().split(separator: "\n")
        return String(lines.first { !$0.hasPrefix("WARNING") } ?? "").trimmed
    }

    @Test(.linuxOnly("these places"), arguments: tools)
    func `a profile's folder is where the tool says`(_ tool: Tool) async throws {
        let folder = try await ShortFolder()
        let cases: [[String: String]] = [
            [:], ["XDG_CACHE_HOME": folder.path.appending("xdg").string],
            [tool.variable: folder.path.appending("own").string],
            [tool.variable: folder.path.appending("own").string, "XDG_CACHE_HOME": "/nowhere"],
            [tool.variable: "here"],
        ]
        for variables in cases {
            var values = PathValues(
                root: folder.path, home: folder.path, environment: variables, system: ToolchainProbe.system)
            values.isRoot = Machine.userIdentifier == 0
            let path = try #require(try ProfilePaths.resolve(try Profiles.named(tool.profile), values).first).path
            let said = FilePath(try await answer(tool, folder, variables))
            // Some say a relative folder as it was written; all mean one below the folder that they run in.
            let wanted = folder.path.pushing(said).pushing(FilePath(tool.below)).lexicallyNormalized()
            #expect(path == wanted, "\(tool.profile) \(variables): \(said)")
        }
    }

    @Test(.linuxOnly("these places"))
    func `a leading tilde of a variable is the home folder where the tool says so, and nothing for uv`()
        async throws
    {
        let folder = try await ShortFolder()
        for tool in Self.tools where ["pip", "npm", "uv"].contains(tool.profile) {
            let said = FilePath(try await answer(tool, folder, [tool.variable: "~/mine"]))
            let values = PathValues(
                root: folder.path, home: folder.path, environment: [tool.variable: "~/mine"],
                system: ToolchainProbe.system)
            let path = try #require(try ProfilePaths.resolve(try Profiles.named(tool.profile), values).first).path
            #expect(path == folder.path.pushing(said).pushing(FilePath(tool.below)).lexicallyNormalized(), "\(said)")
        }
    }

    @Test func `this machine's programs tell the facts of its toolchain`() async throws {
        let folder = try TemporaryFolder("tool")
        try folder.write(["package.json": "{\"packageManager\": \"pnpm@10.5.2+sha512.aa\"}"])
        let found = try await ToolchainProbe(root: folder.path)
            .collect(for: [.system, .architecture, .libc, .pythonPath, .nodeABI, .npm, .uv], stated: ["libc": "musl"])
        let script = "import sys, platform; print(platform.python_version(), platform.machine())"
        let words = try await Command(try Programs.require("python3", remedy: ""), ["-c", script]).output()
            .split(whereSeparator: \.isWhitespace).map(String.init)
        #expect(found.facts["python-version"] == words[0])
        #expect(found.facts["arch"] == ["x86_64": "amd64", "aarch64": "arm64", "arm64": "arm64"][words[1]])
        #expect(try found.value(of: .libc) == "musl")
        let node = try await Command(try Programs.require("node", remedy: ""), ["-p", "process.versions.modules"])
            .output().trimmed
        #expect(try found.value(of: .nodeABI) == node)
        let npm = try await Command(try Programs.require("npm", remedy: ""), ["--version"]).output().trimmed
        #expect(found.facts["npm-version"] == npm)
        #expect(try found.value(of: .uv).contains("."))
    }

    @Test func `a virtual environment answers as the Python that it was made with`() async throws {
        let folder = try TemporaryFolder("tool")
        let made = try await Command(
            try Programs.require("python3", remedy: ""), ["-m", "venv", "--without-pip", folder.path.string + "/v"]
        ).run()
        try #require(made.succeeded)
        var probe = ToolchainProbe(root: folder.path)
        let outside = try await probe.collect(for: [.pythonPath, .pythonABI])
        probe.python = folder.path.pushing("v/bin/python").string
        #expect(try await probe.collect(for: [.pythonPath, .pythonABI]) == outside)
    }
}

/// An empty folder with a short name: npm takes the letters and digits of a longer one for a secret, and hides it.
private final class ShortFolder {
    let path: FilePath

    init() async throws {
        path = FilePath(try await Command(try Programs.require("mktemp", remedy: ""), ["-d"]).output().trimmed)
    }

    deinit { try? Files.removeTree(path) }
}
