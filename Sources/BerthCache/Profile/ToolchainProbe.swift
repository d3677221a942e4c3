internal import BerthDocument
internal import BerthSystem
package import SystemPackage

/// Collects the facts of this machine by asking its programs; whatever does not answer is left out.
package struct ToolchainProbe: Sendable {
    /// Python's program; the first `python3` or `python` on the path unless named.
    package var python: String?
    /// The checkout's folder, whose package.json may name its package manager.
    package var root: FilePath
    /// How long one program may take.
    package var limit: Duration = .seconds(60)

    package init(root: FilePath) { self.root = root }

    /// All facts that some profiles need; programs whose facts were all stated are not asked.
    package func collect(
        for wanted: Set<ToolchainFact>, stated: [String: String] = [:]
    ) async throws -> Toolchain {
        let known = try Toolchain(stated)
        let missing = wanted.filter { (try? known.value(of: $0)) == nil }
        let groups = Group.allCases.filter { !$0.facts.isDisjoint(with: missing) }
        let found = try await inParallel(groups, limit: 4) { try await facts(of: $0) }
        let asked = found.reduce(into: [:]) { all, some in all.merge(some) { first, _ in first } }
        return try Toolchain(asked).stating(stated)
    }

    /// Facts that one program tells.
    private enum Group: CaseIterable {
        case machine, libc, python, node, npm, pnpm, yarn, uv

        var facts: Set<ToolchainFact> {
            switch self {
            case .machine: [.system, .architecture]
            case .libc: [.libc]
            case .python: [.python, .pythonVersion, .pythonABI, .pythonPath]
            case .node: [.node, .nodeVersion, .nodeABI]
            case .npm: [.npm]
            case .pnpm: [.pnpm]
            case .yarn: [.yarn]
            case .uv: [.uv]
            }
        }
    }

    private func facts(of group: Group) async throws -> [String: String] {
        switch group {
        case .machine: try await machine()
        case .libc: try await libc()
        case .python: try await pythonFacts()
        case .node: try await node()
        case .npm: try await manager("npm")
        case .pnpm: try await manager("pnpm")
        case .yarn: try await manager("yarn")
        case .uv: try await uv()
        }
    }

    /// The system that this process runs on.
    package static var system: String { Machine.systemName == "macOS" ? "macos" : "linux" }

    private func machine() async throws -> [String: String] {
        guard let architecture = try await answer("uname", ["-m"]).first else { return ["os": Self.system] }
        return ["os": Self.system, "arch": architecture]
    }

    /// musl has no getconf for this, but a loader of its own name.
    private func libc() async throws -> [String: String] {
        if Self.system == "macos" {
            let version = try await answer("sw_vers", ["-productVersion"]).first?.split(separator: ".").first
            return version.map { ["libc": "macos \($0)"] } ?? [:]
        }
        if let text = try await answer("getconf", ["GNU_LIBC_VERSION"]).first, text.hasPrefix("glibc ") {
            return ["libc": text]
        }
        let loaders = (try? Files.list("/lib")) ?? []
        return loaders.contains { $0.hasPrefix("ld-musl-") } ? ["libc": "musl"] : [:]
    }

    /// Isolated and without `site`: a virtual environment answers as the Python that it was made with.
    private func pythonFacts() async throws -> [String: String] {
        let script = """
            import sys, os, importlib.machinery
            program = os.path.realpath(getattr(sys, "_base_executable", None) or sys.executable)
            version = "%d.%d.%d" % sys.version_info[:3]
            facts = [sys.implementation.name, version, importlib.machinery.EXTENSION_SUFFIXES[0], program]
            sys.stdout.write("\\n".join(facts) + "\\n")
            """
        let programs = python.map { [$0] } ?? ["python3", "python"]
        for program in programs {
            let lines = try await answer(program, ["-I", "-S", "-c", script])
            guard lines.count == 4 else { continue }
            return [
                "python-implementation": lines[0], "python-version": lines[1], "python-abi": lines[2],
                "python-path": lines[3],
            ]
        }
        return [:]
    }

    private func node() async throws -> [String: String] {
        let lines = try await answer("node", ["-p", "process.versions.node + '\\n' + process.versions.modules"])
        return lines.count == 2 ? ["node-version": lines[0], "node-abi": lines[1]] : [:]
    }

    private func uv() async throws -> [String: String] {
        let words = try await answer("uv", ["--version"]).first?.split(separator: " ") ?? []
        return words.count >= 2 ? ["uv-version": String(words[1])] : [:]
    }

    /// A package manager of Node: read beside its program where that can be, as starting it takes half a second.
    private func manager(_ name: String) async throws -> [String: String] {
        let manager = NodeManager(name: name, root: root)
        guard let program = Programs.find(name) else { return manager.pinned.map { [name + "-version": $0] } ?? [:] }
        if let version = manager.version(program) { return [name + "-version": version] }
        let version = try await answer(name, ["--version"]).last
        return version.map { [name + "-version": $0] } ?? [:]
    }

    /// The lines that a program prints; none where it is not there, fails, or takes too long.
    private func answer(_ program: String, _ arguments: [String]) async throws -> [String] {
        guard let found = Programs.find(program) else { return [] }
        var command = Command(found, arguments)
        command.limit = limit
        command.outputLimit = 1 << 16
        if let folder = try? Files.facts(root), folder.kind == .directory { command.directory = root }
        do {
            let outcome = try await command.run()
            guard outcome.succeeded else { return [] }
            return outcome.output.split(separator: "\n").map { String($0).trimmed }.filter { !$0.isEmpty }
        } catch is BerthError { return [] }
    }
}
