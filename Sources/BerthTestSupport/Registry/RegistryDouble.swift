internal import BerthArchive
internal import NIOCore
internal import NIOHTTP1
internal import Synchronization

/// An OCI registry inside the test, with faults on request; it remembers what it was asked.
package final class RegistryDouble: Sendable {
    package let port: Int
    package let manners: RegistryManners
    let state = Mutex(RegistryState())

    private init(port: Int, manners: RegistryManners) {
        self.port = port
        self.manners = manners
    }

    /// `127.0.0.1:PORT`, as references name it.
    package var host: String { "127.0.0.1:\(port)" }

    /// Everything that was asked so far, in order.
    package var calls: [RegistryCall] { state.withLock { $0.calls } }

    /// Requests with a method whose path holds a text.
    package func calls(_ method: String, _ part: String = "") -> [RegistryCall] {
        calls.filter { $0.method == method && $0.path.contains(part) }
    }

    package func forgetCalls() { state.withLock { $0.calls = [] } }

    /// Makes the next request with this method, whose path holds the text, fail; several happen one after the other.
    package func set(_ fault: RegistryFault, _ method: String, _ part: String = "/") {
        state.withLock { $0.faults.append((method, part, fault)) }
    }

    /// From now on nothing fails any more.
    package func forgetFaults() { state.withLock { $0.faults = [] } }

    /// The bytes of a blob in a repository.
    package func blob(_ digest: String, in repository: String) -> [UInt8]? {
        state.withLock { $0.blobs[repository]?[digest] }
    }

    /// The bytes of a manifest under a tag or digest.
    package func manifest(_ name: String, in repository: String) -> [UInt8]? {
        state.withLock { $0.manifests[repository]?[name]?.bytes }
    }

    /// Puts a manifest there as another client would.
    package func put(_ bytes: [UInt8], type: String, as names: [String], in repository: String) {
        state.withLock { state in
            for name in names + ["\(Digest.of(bytes))"] {
                state.manifests[repository, default: [:]][name] = .init(type: type, bytes: bytes)
            }
        }
    }

    /// Puts a blob there as another client would.
    package func put(blob bytes: [UInt8], in repository: String) {
        state.withLock { $0.blobs[repository, default: [:]]["\(Digest.of(bytes))"] = bytes }
    }

    /// Serves for as long as `body` runs.
    package static func serving<Result: Sendable>(
        _ manners: RegistryManners = .init(), _ body: (RegistryDouble) async throws -> Result
    ) async throws -> Result {
        let server = try await LoopbackServer.bind()
        let double = RegistryDouble(port: server.port, manners: manners)
        return try await server.serving({ await double.hold($0) }) { try await body(double) }
    }

    /// The connection is to be closed without an answer.
    private struct Dropped: Error {}

    private func hold(_ connection: LoopbackServer.Connection) async {
        try? await connection.executeThenClose { inbound, outbound in
            var head: HTTPRequestHead?
            var body: [UInt8] = []
            var fault: RegistryFault?
            for try await part in inbound {
                switch part {
                case .head(let new):
                    head = new
                    body = []
                    fault = state.withLock { $0.fault(for: new.method.rawValue, new.uri) }
                case .body(let piece):
                    body += piece.readableBytesView
                    if case .cut(let count) = fault, body.count >= count, let head {
                        cut(head, Array(body.prefix(count)))
                        throw Dropped()
                    }
                case .end:
                    guard let head else { throw Dropped() }
                    let request = RegistryCallReader(head, body)
                    state.withLock { $0.calls.append(request.call) }
                    let reply = answer(request, fault)
                    if case .silent = fault { throw Dropped() }
                    if let count = fault?.answerBytes {
                        for part in reply.parts(head, only: count) { try await connection.channel.writeAndFlush(part) }
                        throw Dropped()
                    }
                    for part in reply.parts(head) { try await outbound.write(part) }
                }
            }
        }
    }

    /// What arrived before the connection broke counts, as registries have it.
    private func cut(_ head: HTTPRequestHead, _ body: [UInt8]) {
        let request = RegistryCallReader(head, body)
        state.withLock { $0.calls.append(request.call) }
        if request.call.method == "PATCH" { _ = answer(request, .cut(after: 0)) }
    }

    private func answer(_ request: RegistryCallReader, _ fault: RegistryFault?) -> RegistryAnswer {
        switch fault {
        case .status(let code, let retryAfter, let name, let message):
            var answer = RegistryAnswer.problem(code, name ?? "UNKNOWN", message ?? "")
            if let retryAfter { answer.headers["Retry-After"] = retryAfter }
            return answer
        case .redirect(let target): return RegistryAnswer(307, ["Location": target])
        case .forgetTokens: state.withLock { $0.tokens = [] }
        case .forgetUploads: state.withLock { $0.uploads = [:] }
        default: break
        }
        if let refusal = refusal(request) { return refusal }
        return state.withLock { state in
            var answer = RegistryHandler(double: (port, manners), request: request).handle(&state, fault)
            switch fault {
            case .lie:
                if let last = answer.body.popLast() { answer.body.append(last ^ 1) }
            case .header(let name, let value): answer.headers[name] = value
            case .overtaken(let list): state.overtake(request.call.path, by: list)
            default: break
            }
            return answer
        }
    }
}
