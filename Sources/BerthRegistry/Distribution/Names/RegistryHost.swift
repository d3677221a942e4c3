internal import BerthSystem

/// The host of a registry as references and login files name it: `ghcr.io`, `localhost:5000`, `docker.io`.
package struct RegistryHost: Sendable, Hashable {
    /// Lower case; an IPv6 address in brackets.
    package let name: String
    /// The port where one was named.
    package let port: Int?

    /// The registry that is meant where none is named.
    package static let standard = RegistryHost(name: "docker.io", port: nil)

    private init(name: String, port: Int?) {
        self.name = name
        self.port = port
    }

    /// Parses `host` or `host:port`; throws with `.usage` for anything else.
    package init(_ text: some StringProtocol) throws {
        let text = String(text)
        guard text.utf8.count <= 255,
            let match = text.wholeMatch(of: #/([A-Za-z0-9.\-]+|\[[0-9A-Fa-f:.]+\])(?::([0-9]{1,5}))?/#)
        else { throw RegistryHost.unusable(text) }
        let name = match.output.1.lowercased()
        let port = match.output.2.flatMap { Int($0) }
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        let isName = name.hasPrefix("[") || parts.allSatisfy { !$0.isEmpty && !$0.hasPrefix("-") && !$0.hasSuffix("-") }
        guard isName, port.map({ (1...65_535).contains($0) }) ?? (match.output.2 == nil) else {
            throw RegistryHost.unusable(text)
        }
        self =
            ["index.docker.io", "registry-1.docker.io"].contains(name)
            ? .standard : RegistryHost(name: name, port: port)
    }

    /// Whether the first part of a reference names a host (Docker's rule): it has a dot or a colon, or is `localhost`.
    static func isNamed(by part: some StringProtocol) -> Bool {
        part == "localhost" || part.contains { $0 == "." || $0 == ":" }
    }

    /// Whether it is this machine itself.
    package var isLoopback: Bool { LocalHosts.isLoopback(name) }

    /// Where its API is: https, and plain http only for this machine and where a person has named the host.
    package func endpoint(plain: Bool = false) throws -> Address {
        if self == .standard { return try Address("https://registry-1.docker.io") }
        return try Address((plain || isLoopback ? "http://" : "https://") + description)
    }

    private static func unusable(_ text: String) -> BerthError {
        BerthError(
            .usage, "this is no registry's host", place: String(text.prefix(200)).escaped,
            remedy: "write it as host or host:port, such as ghcr.io or localhost:5000")
    }
}

extension RegistryHost: CustomStringConvertible {
    package var description: String { name + (port.map { ":\($0)" } ?? "") }
}
