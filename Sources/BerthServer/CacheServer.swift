internal import BerthSystem
internal import Hummingbird
internal import HummingbirdCore
internal import Logging
internal import NIOCore

/// The service as it listens.
package struct CacheServer: Sendable {
    private let service: CacheService

    package init(_ service: CacheService) { self.service = service }

    /// Listens until the task is cancelled or, where `handlesSignals`, SIGTERM or SIGINT comes; requests under way are
    /// brought to their end then.
    ///
    /// `ready` is told where, with the port that was free. Throws `.temporary` where the address is taken.
    package func run(handlesSignals: Bool, ready: @Sendable @escaping (ServeAddress) async -> Void) async throws {
        Machine.prepareForTrees()
        let application = application(ready)
        do {
            try await withThrowingTaskGroup(of: Void.self) { [service] group in
                group.addTask { await service.keepSending() }
                if handlesSignals { try await application.runService() } else { try await application.run() }
                group.cancelAll()
            }
        } catch let error as IOError {
            throw BerthError(
                .temporary, "the service can't listen there", place: "\(service.settings.address)",
                remedy: "end what listens there, or choose another address with --listen", cause: error)
        }
    }

    private func application(
        _ ready: @Sendable @escaping (ServeAddress) async -> Void
    ) -> some ApplicationProtocol {
        let settings = service.settings
        // What the framework says of requests holds their addresses; errors come to the client.
        var logger = Logger(label: "berth serve")
        logger.logLevel = .critical
        let silence = TimeAmount(settings.silence)
        return Application(
            responder: CacheResponder(service: service),
            server: .http1(
                configuration: .init(
                    idleTimeout: silence,
                    httpDecoderConfiguration: .init(
                        maxHeaderFieldSize: 64 << 10, maxHeaderListSize: 96 << 10, maxHeaderFieldCount: 100))),
            configuration: .init(
                address: .hostname(settings.address.host, port: settings.address.port),
                availableConnectionsDelegate: MaximumAvailableConnections(settings.connections, logger: logger)),
            onServerRunning: { channel in
                await ready(
                    ServeAddress(
                        host: settings.address.host, port: channel.localAddress?.port ?? settings.address.port))
            },
            logger: logger)
    }
}
