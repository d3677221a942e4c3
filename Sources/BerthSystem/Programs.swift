package import SystemPackage

/// Where other programs are found: PATH first, then the places that a launchd job's PATH lacks.
package enum Programs {
    /// The folders searched, in order.
    package static var searchPath: [FilePath] {
        let path = (Machine.environment("PATH") ?? "/usr/bin:/bin").split(separator: ":").map { FilePath(String($0)) }
        let usual = ["/opt/homebrew/bin", "/usr/local/bin", "/usr/bin", "/bin", "/usr/sbin"].map { FilePath($0) }
        let own = [".docker/bin", ".local/bin"].map { Machine.home.pushing(FilePath($0)) }
        return path + (usual + own).filter { !path.contains($0) }
    }

    /// The first program of that name; nil when there is none.
    package static func find(_ name: String) -> FilePath? {
        if name.contains("/") { return Files.exists(FilePath(name)) ? FilePath(name) : nil }
        return searchPath.map { $0.appending(name) }.first { isExecutable($0) }
    }

    /// The first program of that name, or an error that says how to get it.
    package static func require(_ name: String, remedy: String) throws -> FilePath {
        if let path = find(name) { return path }
        throw BerthError(
            .failed, "the program \(name) is not installed",
            place: "searched: \(searchPath.map(\.string).joined(separator: ":"))", remedy: remedy)
    }

    private static func isExecutable(_ path: FilePath) -> Bool {
        guard let facts = try? Files.facts(path) else { return false }
        return facts.kind == .symlink ? Files.exists(path) : facts.kind == .file && facts.mode & 0o111 != 0
    }
}
