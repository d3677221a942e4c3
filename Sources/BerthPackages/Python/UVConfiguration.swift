internal import BerthDocument
internal import BerthSystem
internal import SystemPackage

/// Whether uv has package indexes of its own; then nothing of pip's is mixed in.
enum UVConfiguration {
    private static let variables = [
        "UV_DEFAULT_INDEX", "UV_INDEX", "UV_INDEX_URL", "UV_EXTRA_INDEX_URL", "UV_NO_INDEX",
    ]
    private static let keys: Set = ["index", "index-url", "extra-index-url", "no-index", "default-index"]

    /// Looks at the variables and the `uv.toml` files of the user and the system.
    static func namesIndex(_ machine: MachineConfiguration) throws -> Bool {
        if variables.contains(where: { machine.variables[$0] != nil }) { return true }
        if machine.variables["UV_NO_CONFIG"] != nil { return false }
        return try files(machine).filter { Files.exists($0) }.contains { try namesIndex(in: $0) }
    }

    private static func files(_ machine: MachineConfiguration) -> [FilePath] {
        if let named = machine.variables["UV_CONFIG_FILE"] { return [FilePath(named)] }
        let folders = [machine.userConfiguration] + machine.systemConfigurations
        return folders.map { $0.pushing("uv/uv.toml") } + [machine.path("/etc/uv/uv.toml")]
    }

    private static func namesIndex(in path: FilePath) throws -> Bool {
        let root: DocumentNode
        do { root = try TOMLDocument(Files.read(path, limit: 1 << 20), file: path.string).root } catch let faults
            as DocumentFaults
        {
            throw BerthError(
                .usage, faults.description, place: path.string, remedy: "correct the file; uv reads it as well")
        }
        guard case .mapping(let members) = root.kind else { return false }
        return members.contains { member in
            if keys.contains(member.key) { return true }
            guard member.key == "pip", case .mapping(let inner) = member.value.kind else { return false }
            return inner.contains { keys.contains($0.key) }
        }
    }
}
