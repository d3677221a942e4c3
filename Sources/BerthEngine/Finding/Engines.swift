internal import BerthSystem

/// Opens the engine that a command works with.
package enum Engines {
    /// The engine of `--engine`, or the first that answers; nothing running is an error that says what was tried.
    package static func open(_ name: String? = nil, in surroundings: EngineSurroundings = .current) async throws
        -> any Engine
    {
        let found = try EngineFinder(surroundings).find(name)
        var failures: [String] = []
        var last: BerthError?
        for address in found.addresses {
            do { return try await connect(address) } catch let error as BerthError {
                if found.addresses.count == 1 && found.named { throw error }
                failures.append("\(address.location) (\(address.reason)): \(error.what)")
                last = error
            }
        }
        throw BerthError(
            .failed, failures.isEmpty ? "no container engine was found" : "no container engine answers",
            done: "tried: " + (failures + found.tried).joined(separator: "; "),
            remedy: last?.remedy
                ?? "start Docker or install Podman, or name an engine with --engine unix:///path/to/socket")
    }

    /// The engine at an address; it has answered when this returns.
    package static func connect(_ address: EngineAddress) async throws -> any Engine {
        switch address.endpoint {
        case .socket, .loopback: try await DockerEngine(connecting: address)
        case .podman(let program):
            try await PodmanEngine(connecting: program, address: address)
        }
    }
}
