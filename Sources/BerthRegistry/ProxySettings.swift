internal import AsyncHTTPClient
internal import BerthSystem
internal import Foundation

/// The proxy variables of the environment, read as curl does.
///
/// `http_proxy` counts in lower case only: a CGI server sets HTTP_PROXY from a request's header.
struct ProxySettings: Sendable, Equatable {
    let http: String?
    let https: String?
    let exceptions: [String]

    init(environment: [String: String]) {
        func value(_ names: String...) -> String? {
            names.lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
        }
        http = value("http_proxy", "all_proxy", "ALL_PROXY")
        https = value("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")
        exceptions = (value("no_proxy", "NO_PROXY") ?? "").lowercased()
            .split { $0 == "," || $0.isWhitespace }.map(String.init)
    }

    /// The text of the proxy variable that holds for an address; nil for a direct connection.
    func proxy(for address: Address) -> String? {
        guard let text = address.scheme == .https ? https : http, !isExempt(address) else { return nil }
        return text
    }

    /// Whether `no_proxy` names the host, a domain above it, host and port, or everything; loopback always is.
    private func isExempt(_ address: Address) -> Bool {
        if LocalHosts.isLoopback(address.host) { return true }
        return exceptions.contains { exception in
            if exception == "*" { return true }
            let name = exception.hasPrefix("*.") ? exception.dropFirst(2) : exception.drop { $0 == "." }
            let bare = address.host.trimmingCharacters(in: ["[", "]"])
            return [address.host, bare, "\(address.host):\(address.effectivePort)"].contains(String(name))
                || address.host.hasSuffix("." + name)
        }
    }

    /// A proxy variable in AsyncHTTPClient's terms; both http and https go through it by CONNECT.
    static func parse(_ text: String) throws -> HTTPClient.Configuration.Proxy {
        let url = text.contains("://") ? text : "http://" + text
        guard let parts = URLComponents(string: url), let host = parts.host, !host.isEmpty else {
            throw unusable(text, "it is no URL")
        }
        let bare = host.trimmingCharacters(in: ["[", "]"])
        switch parts.scheme?.lowercased() {
        case "http":
            let login = parts.user.map { HTTPClient.Authorization.basic(username: $0, password: parts.password ?? "") }
            return .server(host: bare, port: parts.port ?? 3128, authorization: login)
        case "socks5", "socks5h":
            guard parts.user == nil else { throw unusable(text, "a SOCKS proxy with credentials is not supported") }
            return .socksServer(host: bare, port: parts.port ?? 1080)
        default: throw unusable(text, "only http and socks5 proxies are supported")
        }
    }

    private static func unusable(_ text: String, _ reason: String) -> BerthError {
        BerthError(
            .usage, "the proxy variable can't be used: \(reason)", place: Address.redacted(text),
            remedy: "set http_proxy and https_proxy to http://host:port, or name the host in no_proxy")
    }
}
