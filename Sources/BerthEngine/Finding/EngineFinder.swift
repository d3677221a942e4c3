internal import BerthSystem
internal import SystemPackage

/// Finds an engine as its own client does: named, DOCKER_HOST, the docker context, known sockets, the podman program.
package struct EngineFinder: Sendable {
    private let around: EngineSurroundings

    package init(_ surroundings: EngineSurroundings = .current) { around = surroundings }

    /// The engines to try in order, and what was looked for in vain.
    package struct Found: Sendable, Equatable {
        package var addresses: [EngineAddress] = []
        /// One line for each place where nothing was.
        package var tried: [String] = []
        /// Whether a person named the engine: then nothing else is tried.
        package var named = false
    }

    /// Engines by `--engine` (nil when not given), else by this machine's configuration.
    package func find(_ name: String? = nil) throws -> Found {
        if let name, !name.isEmpty { return try find(named: name) }
        if let host = around.variable("DOCKER_HOST") { return try one(host, "DOCKER_HOST is set") }
        if let context = around.variable("DOCKER_CONTEXT"), context != "default" {
            return try find(context: context, "DOCKER_CONTEXT is set")
        }
        var found = Found()
        try addCurrentContext(&found)
        if let host = around.variable("CONTAINER_HOST") {
            found.addresses += try one(host, "CONTAINER_HOST is set").addresses
        }
        add(around.knownSockets, &found)
        addProgram(&found)
        return found
    }

    private func find(named name: String) throws -> Found {
        var found = Found(named: true)
        switch name {
        case "docker":
            if let host = around.variable("DOCKER_HOST") { return try one(host, "--engine docker, DOCKER_HOST is set") }
            try addCurrentContext(&found)
            let podman = Set(around.podmanSockets.map(\.path))
            add(around.knownSockets.filter { !podman.contains($0.path) }, &found)
        case "podman":
            addProgram(&found)
            add(around.podmanSockets, &found)
        case _ where name.contains("://"): return try one(name, "named by --engine")
        case _ where name.hasPrefix("/"): return try one("unix://" + name, "named by --engine")
        default: return try find(context: name, "named by --engine")
        }
        return found
    }

    /// An address that a person gave: used or refused, nothing else is tried.
    private func one(_ text: String, _ reason: String) throws -> Found {
        let endpoint = try EngineTrouble.explained { () throws(EngineTrouble) in
            try EngineAddress.Endpoint(text, from: reason)
        }
        return Found(addresses: [EngineAddress(endpoint, reason: reason)], named: true)
    }

    private func find(context name: String, _ reason: String) throws -> Found {
        guard let host = try around.contexts.host(of: name) else {
            throw BerthError(
                .usage, "there is no engine and no docker context called '\(name.escaped)'",
                place: around.contexts.folder.string,
                remedy: "give --engine docker, podman, unix:///path/to/socket, or a name that 'docker context ls' shows"
            )
        }
        return try one(host, "\(reason): docker context \(name)")
    }

    /// The context in use comes first, but a stopped one does not hide a running engine.
    private func addCurrentContext(_ found: inout Found) throws {
        guard let name = try around.contexts.current() else { return }
        guard let host = try around.contexts.host(of: name) else {
            found.tried.append("docker context \(name): it is in use, but not defined")
            return
        }
        let addresses = try one(host, "docker context \(name) is in use").addresses
        if case .socket(let path) = addresses.first?.endpoint, !Files.exists(path) {
            found.tried.append("docker context \(name): no socket at \(path.string)")
        } else {
            found.addresses += addresses
        }
    }

    private func add(_ sockets: [(path: FilePath, owner: String)], _ found: inout Found) {
        for (path, owner) in sockets {
            if Files.exists(path) {
                let address = EngineAddress(.socket(path), reason: "\(owner)'s usual socket")
                if !found.addresses.contains(where: { $0.endpoint == address.endpoint }) {
                    found.addresses.append(address)
                }
            } else {
                found.tried.append("\(owner): no socket at \(path.string)")
            }
        }
    }

    private func addProgram(_ found: inout Found) {
        if let program = around.podman {
            found.addresses.append(EngineAddress(.podman(program), reason: "the podman program is installed"))
        } else {
            found.tried.append("Podman: no program 'podman' found")
        }
    }
}
