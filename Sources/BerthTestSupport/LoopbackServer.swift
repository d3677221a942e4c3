internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix

/// An HTTP server on a free port of 127.0.0.1, for as long as a test's body runs.
struct LoopbackServer: Sendable {
    typealias Connection = NIOAsyncChannel<HTTPServerRequestPart, HTTPServerResponsePart>

    private let server: NIOAsyncChannel<Connection, Never>

    var port: Int { server.channel.localAddress?.port ?? 0 }

    static func bind() async throws -> LoopbackServer {
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .bind(host: "127.0.0.1", port: 0) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline(withErrorHandling: true)
                    return try Connection(wrappingChannelSynchronously: channel)
                }
            }
        return LoopbackServer(server: server)
    }

    /// Holds connections by `hold` while `body` runs.
    func serving<Result: Sendable>(
        _ hold: @Sendable @escaping (Connection) async -> Void, _ body: () async throws -> Result
    ) async throws -> Result {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await accept(hold) }
            defer { group.cancelAll() }
            return try await body()
        }
    }

    private func accept(_ hold: @Sendable @escaping (Connection) async -> Void) async throws {
        try await server.executeThenClose { connections in
            await withDiscardingTaskGroup { group in
                do {
                    for try await connection in connections { group.addTask { await hold(connection) } }
                } catch {
                    // The listening socket is gone: the test has ended.
                }
                group.cancelAll()
            }
        }
    }
}
