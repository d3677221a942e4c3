internal import BerthSystem
package import SystemPackage

/// A real engine for tests: each is started once by the scripts of Tests/Engines and ends with the test process.
package enum TestEngine: String, Sendable, CaseIterable {
    /// Docker 20.10 of bookworm.
    case docker20
    /// Docker 26.1 of trixie with its own image store.
    case docker26
    /// Docker 26.1 of trixie with containerd's image store.
    case docker26Containerd
    /// Docker 20.10 whose disk holds 24 MiB.
    case dockerWithoutSpace
    /// The podman program with a store of its own.
    case podman
    /// Podman's Docker-compatible service.
    case podmanService

    /// All but the one without space.
    package static let usual: [TestEngine] = [.docker20, .docker26, .docker26Containerd, .podman, .podmanService]

    /// An engine that runs: the variables that lead a program to it (DOCKER_HOST, CONTAINERS_CONF, …).
    package struct Running: Sendable {
        package let environment: [String: String]
        /// Its socket; nil for the podman program alone.
        package var host: String? { environment["DOCKER_HOST"] }
    }

    /// Starts it, or gives the one that runs already; needs root and Linux.
    package func start() async throws -> Running { try await EngineStarter.shared.start(self) }

    /// Lets the kernel run arm64 programs, also in containers.
    package static func emulate() async throws { _ = try await EngineStarter.script("binfmt.sh", []) }

    /// Debian's static busybox by architecture (`arm64`, `amd64`).
    package static func busybox() async throws -> [String: FilePath] {
        let lines = try await EngineStarter.script("busybox.sh", [EngineStarter.cache.string])
        return EngineStarter.pairs(lines).mapValues { FilePath($0) }
    }

    /// Archives of a small Debian with sh, curl and tar by architecture: what a job's container has at least.
    package static func jobRoots() async throws -> [String: FilePath] {
        let lines = try await EngineStarter.script("rootfs.sh", [EngineStarter.cache.string])
        return EngineStarter.pairs(lines).mapValues { FilePath($0) }
    }

    var script: (name: String, arguments: (String) -> [String], environment: [String: String]) {
        let cache = EngineStarter.cache.string
        return switch self {
        case .docker20: ("docker.sh", { ["bookworm", "graph", $0, cache] }, [:])
        case .docker26: ("docker.sh", { ["trixie", "graph", $0, cache] }, [:])
        case .docker26Containerd: ("docker.sh", { ["trixie", "containerd", $0, cache] }, [:])
        case .dockerWithoutSpace:
            ("docker.sh", { ["bookworm", "graph", $0, cache] }, ["ENGINE_DATA_SIZE": "24m"])
        case .podman: ("podman.sh", { [$0] }, [:])
        case .podmanService: ("podman.sh", { [$0, "service"] }, [:])
        }
    }
}

/// Starts each engine once, whoever asks first.
actor EngineStarter {
    static let shared = EngineStarter()
    private var started: [TestEngine: Task<TestEngine.Running, any Error>] = [:]
    private var earlier: Task<TestEngine.Running, any Error>?

    /// Unpacked engines, kept between test runs.
    static var cache: FilePath {
        let base = Machine.environment("XDG_CACHE_HOME").map { FilePath($0) } ?? Machine.home.appending(".cache")
        return base.pushing("berth-tests/engines")
    }

    func start(_ engine: TestEngine) async throws -> TestEngine.Running {
        if let known = started[engine] { return try await known.value }
        // One after the other: they unpack and mount in the same places.
        let before = earlier
        let task = Task {
            _ = await before?.result
            return try await Self.launch(engine)
        }
        started[engine] = task
        earlier = task
        return try await task.value
    }

    private static func launch(_ engine: TestEngine) async throws -> TestEngine.Running {
        // Short, because a socket's path has at most 103 bytes on macOS and 107 on Linux.
        let folder = "/tmp/berth-engine-\(Machine.processIdentifier)-\(engine.rawValue)"
        let (name, arguments, environment) = engine.script
        let owner = ["ENGINE_OWNER": "\(Machine.processIdentifier)"]
        let output = try await script(name, arguments(folder), environment.merging(owner) { $1 })
        let host = output.split(whereSeparator: \.isNewline).first { $0.hasPrefix("unix://") }
        return TestEngine.Running(environment: host.map { ["DOCKER_HOST": String($0)] } ?? pairs(output))
    }

    /// Runs a script of Tests/Engines; gives its output.
    static func script(
        _ name: String, _ arguments: [String], _ environment: [String: String] = [:]
    ) async throws -> String {
        let folder = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()
            .pushing("Tests/Engines")
        let bash = try Programs.require("bash", remedy: "install bash")
        var command = Command(bash, [folder.appending(name).string] + arguments)
        command.environment = environment
        command.limit = .seconds(300)
        return try await command.output(remedy: "run it by hand to see more: \(folder.appending(name).string)")
    }

    /// `NAME=VALUE` lines.
    static func pairs(_ text: String) -> [String: String] {
        let pairs = text.split(whereSeparator: \.isNewline).compactMap { line -> (String, String)? in
            let parts = line.split(separator: "=", maxSplits: 1)
            return parts.count == 2 ? (String(parts[0]), String(parts[1])) : nil
        }
        return Dictionary(pairs) { $1 }
    }
}
