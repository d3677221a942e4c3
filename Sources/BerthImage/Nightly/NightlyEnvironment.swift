/// The variables of a call that its night needs too, and that a scheduler does not give it by itself.
///
/// A scheduler's files are plain text: what holds a password or may hold one is left out, and that is told.
package struct NightlyEnvironment: Sendable, Equatable {
    package let variables: [String: String]
    /// Names of variables that are set and left out, sorted.
    package let withheld: [String]

    private static let names: Set<String> = [
        "BERTH_HOME", "BERTH_SIGNING_KEY", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_DIRS",
        "DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_CONFIG", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH", "CONTAINER_HOST",
        "CONTAINER_CONNECTION", "SSL_CERT_FILE", "PIP_CONFIG_FILE", "UV_CONFIG_FILE", "UV_NO_CONFIG", "VIRTUAL_ENV",
        "NO_PROXY", "no_proxy",
    ]
    private static let addresses: Set<String> = [
        "HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy",
    ]
    private static let prefixes = ["npm_config_", "pip_", "uv_"]

    /// - Parameter all: The whole environment of the call.
    package init(_ all: [String: String]) {
        var (variables, withheld) = ([String: String](), [String]())
        for (name, value) in all where !value.isEmpty {
            if Self.names.contains(name) {
                variables[name] = value
            } else if Self.addresses.contains(name) || Self.prefixes.contains(where: name.lowercased().hasPrefix) {
                if Self.maybeSecret(name, value) { withheld.append(name) } else { variables[name] = value }
            }
        }
        self.variables = variables
        self.withheld = withheld.sorted()
    }

    /// A token by the variable's name, or a password in an address.
    private static func maybeSecret(_ name: String, _ value: String) -> Bool {
        let words = ["auth", "token", "password", "secret", "key"]
        return value.contains("@") || value.contains("\n") || words.contains { name.lowercased().contains($0) }
    }
}
