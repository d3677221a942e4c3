package import SystemPackage

/// Where an engine is reached, and why this one was chosen.
package struct EngineAddress: Sendable, Hashable {
    package enum Endpoint: Sendable, Hashable {
        /// Docker's HTTP interface, or Podman's compatible one, on a Unix socket.
        case socket(FilePath)
        /// The same over TCP on this machine (a forwarded port); other machines need ssh or TLS, which Berth lacks.
        case loopback(host: String, port: Int)
        /// The podman program, which needs no service.
        case podman(FilePath)
    }

    package let endpoint: Endpoint
    /// The rule that chose it, for people.
    package let reason: String

    package init(_ endpoint: Endpoint, reason: String) {
        self.endpoint = endpoint
        self.reason = reason
    }

    /// The address as the engine's own client takes it in DOCKER_HOST; the program's path for Podman.
    package var location: String {
        switch endpoint {
        case .socket(let path): "unix://\(path.string)"
        case .loopback(let host, let port): "tcp://\(host):\(port)"
        case .podman(let program): program.string
        }
    }
}

extension EngineAddress.Endpoint {
    /// Reads `unix:///path` or `tcp://loopback:port`; says why another kind can't be used.
    init(_ text: String, from origin: String) throws(EngineTrouble) {
        if let path = text.without(prefix: "unix://"), path.hasPrefix("/") {
            self = .socket(FilePath(path))
        } else if let rest = text.without(prefix: "tcp://") ?? text.without(prefix: "http://") {
            self = try .loopback(rest, text, origin)
        } else {
            throw .unusableAddress(text, origin: origin)
        }
    }

    private static func loopback(_ rest: String, _ text: String, _ origin: String) throws(EngineTrouble) -> Self {
        let plain = rest.hasSuffix("/") ? String(rest.dropLast()) : rest
        guard let colon = plain.lastIndex(of: ":"), let port = Int(plain[plain.index(after: colon)...]),
            (1...65_535).contains(port)
        else { throw .unusableAddress(text, origin: origin) }
        let host = String(plain[..<colon])
        guard host == "localhost" || host == "[::1]" || host.hasPrefix("127.") else {
            throw .remoteAddress(text, origin: origin)
        }
        return .loopback(host: host, port: port)
    }
}

extension String {
    /// The rest after a prefix; nil when it isn't there.
    func without(prefix: String) -> String? { hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil }
}
