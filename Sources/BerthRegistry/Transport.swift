internal import AsyncHTTPClient
internal import BerthSystem
internal import Foundation
internal import NIOCore
internal import NIOPosix
internal import NIOSSL
internal import Synchronization

/// The HTTP clients of this process: one without a proxy, and one for each proxy that the environment names.
///
/// TLS trusts the roots of the system, and the certificates that the machine's configuration names besides.
package final class Transport: Sendable {
    /// The one that all of Berth shares.
    package static let shared = Transport(environment: ProcessInfo.processInfo.environment)

    private let proxies: ProxySettings
    private let certificateFile: String?
    private let configuration: HTTPClient.Configuration
    private let state = Mutex(State())

    private struct State {
        /// By proxy; they trust the certificates below.
        var clients: [String: HTTPClient] = [:]
        /// Clients from before a certificate came: requests may still run on them.
        var outdated: [HTTPClient] = []
        var certificateFiles: Set<String> = []
        var certificates: [NIOSSLCertificate] = []
    }

    /// Reads the proxy variables and `SSL_CERT_FILE` from `environment`; `connect` bounds the making of one connection, TLS included.
    package init(environment: [String: String] = [:], connect: Duration = .seconds(10)) {
        proxies = ProxySettings(environment: environment)
        certificateFile = environment["SSL_CERT_FILE"].flatMap { $0.isEmpty ? nil : $0 }
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

    /// Trusts the certificates of a PEM file too, from the next connection on; throws `.usage` where it holds none.
    ///
    /// For what npm's `cafile`, pip's `cert` and `SSL_CERT_FILE` name: a company's own registry or proxy.
    package func trust(_ file: String) throws {
        try state.withLock { state in
            guard !state.certificateFiles.contains(file) else { return }
            let found: [NIOSSLCertificate]
            do { found = try NIOSSLCertificate.fromPEMFile(file) } catch {
                throw BerthError(
                    .usage, "no certificates can be read", place: file,
                    remedy: "correct the path where it is configured (npm's cafile, pip's cert, SSL_CERT_FILE)",
                    cause: error)
            }
            state.certificateFiles.insert(file)
            state.certificates += found
            state.outdated += state.clients.values
            state.clients = [:]
        }
    }

    /// Closes all connections; a later request opens new ones.
    package func shutDown() async {
        let open = state.withLock { state in
            defer { (state.clients, state.outdated) = ([:], []) }
            return state.clients.values + state.outdated
        }
        for client in open { try? await client.shutdown() }
    }

    /// The client that reaches an address; throws where the proxy variable is no proxy, or `SSL_CERT_FILE` no file of
    /// certificates.
    func client(for address: Address) throws -> HTTPClient {
        if let certificateFile { try trust(certificateFile) }
        let proxy = proxies.proxy(for: address)
        return try state.withLock { state in
            if let known = state.clients[proxy ?? ""] { return known }
            let made = try client(proxy: proxy, certificates: state.certificates)
            state.clients[proxy ?? ""] = made
            return made
        }
    }

    private func client(proxy: String?, certificates: [NIOSSLCertificate]) throws -> HTTPClient {
        var configuration = configuration
        configuration.proxy = try proxy.map(ProxySettings.parse)
        guard !certificates.isEmpty else { return HTTPClient(configuration: configuration) }
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.additionalTrustRoots = [.certificates(certificates)]
        configuration.tlsConfiguration = tls
        // Network.framework knows no additional roots; NIO's own TLS asks macOS for the system's and adds these.
        return HTTPClient(eventLoopGroup: MultiThreadedEventLoopGroup.singleton, configuration: configuration)
    }
}
