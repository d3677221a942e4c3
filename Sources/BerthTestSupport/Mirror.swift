internal import BerthSystem
internal import NIOCore
internal import NIOHTTP1
internal import Synchronization
package import SystemPackage

/// An HTTP server inside the test, on a free port of 127.0.0.1: it serves files, with faults on request, and
/// remembers what it was asked.
package final class Mirror: Sendable {
    /// The bytes of a path below the root (without a first slash); nil for 404.
    package typealias Source = @Sendable (String) async throws -> [UInt8]?

    private struct State {
        var faults: [String: [(fault: MirrorFault, left: Int?)]] = [:]
        var requests: [MirrorRequest] = []
        var open = 0
        var peak = 0
    }

    package let port: Int
    private let source: Source
    private let state = Mutex(State())

    private init(port: Int, source: @escaping Source) {
        self.port = port
        self.source = source
    }

    /// `http://127.0.0.1:PORT`, without a last slash.
    package var address: String { "http://127.0.0.1:\(port)" }

    /// Everything that was asked so far, in order.
    package var requests: [MirrorRequest] { state.withLock { $0.requests } }

    /// What was asked for one path.
    package func requests(for path: String) -> [MirrorRequest] { requests.filter { $0.path == path } }

    /// The most connections that were open at once.
    package var peakConnections: Int { state.withLock { $0.peak } }

    /// Makes a path fail, the next `times` times or for good; several faults of one path happen one after the other.
    package func set(_ fault: MirrorFault, for path: String, times: Int? = nil) {
        state.withLock { $0.faults[path, default: []].append((fault, times)) }
    }

    /// Makes a path work again.
    package func heal(_ path: String) { state.withLock { $0.faults[path] = nil } }

    /// Serves for as long as `body` runs.
    package static func serving<Result: Sendable>(
        _ source: @escaping Source, _ body: (Mirror) async throws -> Result
    ) async throws -> Result {
        let server = try await LoopbackServer.bind()
        let mirror = Mirror(port: server.port, source: source)
        return try await server.serving({ await mirror.hold($0) }) { try await body(mirror) }
    }

    /// Serves what a folder holds for as long as `body` runs.
    package static func serving<Result: Sendable>(
        folder: FilePath, _ body: (Mirror) async throws -> Result
    ) async throws -> Result {
        try await serving(
            { path in
                try await offload {
                    let file = folder.pushing(FilePath(path)).lexicallyNormalized()
                    guard file.starts(with: folder), Files.exists(file) else { return nil }
                    return try Files.read(file, limit: 1 << 30)
                }
            }, body)
    }

    /// Serves some files by path for as long as `body` runs.
    package static func serving<Result: Sendable>(
        _ files: [String: [UInt8]], _ body: (Mirror) async throws -> Result
    ) async throws -> Result {
        try await serving({ files[$0] }, body)
    }

    private func hold(_ connection: LoopbackServer.Connection) async {
        state.withLock { state in
            state.open += 1
            state.peak = max(state.peak, state.open)
        }
        // A client that goes away, and a fault that drops the connection, both end here.
        try? await connection.executeThenClose { inbound, _ in
            for try await case .head(let head) in inbound {
                let answer = MirrorAnswer(channel: connection.channel, head: head)
                try await answer.send(request(head), fault: fault(for: head), source: source)
            }
        }
        state.withLock { $0.open -= 1 }
    }

    /// Remembers a request.
    private func request(_ head: HTTPRequestHead) -> MirrorRequest {
        let request = MirrorRequest(
            method: head.method.rawValue, path: MirrorAnswer.path(head.uri), target: head.uri,
            headers: Dictionary(head.headers.map { ($0.name.lowercased(), $0.value) }) { "\($0), \($1)" })
        state.withLock { $0.requests.append(request) }
        return request
    }

    /// The fault that is due for a request, counted down.
    private func fault(for head: HTTPRequestHead) -> MirrorFault? {
        let path = MirrorAnswer.path(head.uri)
        return state.withLock { state in
            guard var queue = state.faults[path], let first = queue.first else { return nil }
            if let left = first.left {
                queue[0].left = left - 1
                if left <= 1 { queue.removeFirst() }
                state.faults[path] = queue
            }
            return first.fault
        }
    }
}
