internal import AsyncHTTPClient
internal import Foundation
internal import NIOCore
internal import Synchronization

/// The HTTP clients of this process: one without a proxy, and one for each proxy that the environment names.
///
/// TLS trusts the roots of the system.
package final class Transport: Sendable {
    /// The one that all of Berth shares.
    package static let shared = Transport(environment: ProcessInfo.processInfo.environment)

    private let proxies: ProxySettings
    private let configuration: HTTPClient.Configuration
    private let clients = Mutex<[String: HTTPClient]>([:])

    /// Reads the proxy variables from `environment`; `connect` bounds the making of one connection, TLS included.
    package init(environment: [String: String] = [:], connect: Duration = .seconds(10)) {
        proxies = ProxySettings(environment: environment)
        // Redirects and retries are ours: only we know what may be sent where, and how often.
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow, timeout: .init(connect: TimeAmount(connect)), decompression: .disabled)
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 16
        // A few plain connections fill a link; HTTP/2 windows of 64 kB do not.
        configuration.httpVersion = .http1Only
        configuration.networkFrameworkWaitForConnectivity = false
        self.configuration = configuration
    }

    /// Closes all connections; a later request opens new ones.
    package func shutDown() async {
        let open = clients.withLock { clients in
            defer { clients = [:] }
            return clients.values
        }
        for client in open { try? await client.shutdown() }
    }

    /// The client that reaches an address; throws where the proxy variable is no proxy.
    func client(for address: Address) throws -> HTTPClient {
        let proxy = proxies.proxy(for: address)
        return try clients.withLock { clients in
            if let known = clients[proxy ?? ""] { return known }
            var configuration = configuration
            configuration.proxy = try proxy.map(ProxySettings.parse)
            let made = HTTPClient(configuration: configuration)
            clients[proxy ?? ""] = made
            return made
        }
    }
}
