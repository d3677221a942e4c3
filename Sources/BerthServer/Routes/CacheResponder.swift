internal import BerthArchive
internal import BerthCache
internal import BerthReport
internal import BerthSystem
internal import Foundation
internal import Hummingbird
internal import NIOCore

/// A request's own: the connection, so that one whose client misbehaves can be closed.
struct ServeContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
    }
}

/// Routes below `/cache/v1/`, and `/healthz`.
struct CacheResponder: HTTPResponder {
    let service: CacheService
    var settings: ServeSettings { service.settings }

    func respond(to request: Request, context: ServeContext) async throws -> Response {
        do { return try await route(request, context) } catch {
            let refused = Refused(error)
            guard request.method == .put || request.method == .post else { return Answers.refused(refused, request) }
            // Whoever is refused may go on sending: the connection ends once the answer had time to arrive.
            let channel = context.channel
            _ = channel.eventLoop.scheduleTask(in: .seconds(2)) { channel.close(promise: nil) }
            return Answers.refused(refused, request)
        }
    }

    private func route(_ request: Request, _ context: ServeContext) async throws -> Response {
        let path = request.uri.path.split(separator: "/").map(String.init)
        if path == ["healthz"], request.method == .get || request.method == .head { return Answers.text("ok\n") }
        guard path.count >= 3, path[0] == "cache", path[1] == "v1" else { throw ServeFault.noRoute }
        let authorization = request.headers[.authorization]
        let grant = try await offload { [service] in try service.grant(authorization) }
        switch (request.method, path[2], path.count) {
        case (.post, "lookup", 3): return try await lookup(request, grant)
        case (.get, "explain", 3): return try await explain(request, grant)
        case (.get, "entries", 5) where path[4] == "entry.tar": return try await send(path[3], request, grant, context)
        case (.put, "entries", 3): return try await save(request, grant)
        case (.get, "profiles", 4): return try await profile(path[3].removingPercentEncoding ?? "", request)
        case (.post, "key", 3): return try await key(request)
        default: throw ServeFault.noRoute
        }
    }

    private func lookup(_ request: Request, _ grant: JobGrant) async throws -> Response {
        let body = try await Self.collect(request, limit: 1 << 20)
        let answer = try await service.find(FormFields(body), grant)
        return try Answers.answer(answer, request) {
            [("hit", answer.hit.rawValue)]
                + (answer.entry.map { [("entry", $0.id.hex), ("key", $0.key.text)] } ?? [])
                + (answer.state.map { [("state", $0.hex)] } ?? [])
                + (answer.lookup.map { [("lookup", $0.text)] } ?? [])
        }
    }

    private func explain(_ request: Request, _ grant: JobGrant) async throws -> Response {
        let fields = try Self.query(request)
        let report = try await offload { [service] in try service.explain(fields, grant) }
        return try Answers.answer(report, request) { report.findings.map { ($0.kind.rawValue, $0.text) } }
    }

    private func save(_ request: Request, _ grant: JobGrant) async throws -> Response {
        let fields = try Self.query(request)
        let (incoming, claim) = try await offload { [service] in try service.receive(fields, grant) }
        try await Self.pieces(request, Pace(settings), claim) { piece in
            try await offload { try incoming.feed(piece) }
        }
        let outcome = try await offload { [service] in
            let outcome = try incoming.finish()
            if case .saved(let entry) = outcome { service.saved(entry) }
            return outcome
        }
        let answer = SaveAnswer(outcome)
        return try Answers.answer(answer, request, status: answer.saved == .saved ? .created : .ok) {
            [("saved", answer.saved.rawValue), ("entry", answer.entry.id.hex), ("key", answer.entry.key.text)]
        }
    }

    /// The body in pieces of about a mebibyte; a client that is too slow or sends too much is refused.
    private static func pieces(
        _ request: Request, _ pace: Pace, _ claim: SpaceClaim, _ take: ([UInt8]) async throws -> Void
    ) async throws {
        var waiting: [UInt8] = []
        for try await piece in request.body {
            try pace.beat(piece.readableBytes)
            try claim.take(piece.readableBytes)
            waiting += piece.readableBytesView
            guard waiting.count >= 1 << 20 else { continue }
            try await take(waiting)
            pace.rested()
            waiting.removeAll(keepingCapacity: true)
        }
        if !waiting.isEmpty { try await take(waiting) }
    }

    static func query(_ request: Request) throws -> FormFields { try FormFields((request.uri.query ?? "").utf8) }

    /// All of a small body.
    static func collect(_ request: Request, limit: Int) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        for try await piece in request.body {
            guard bytes.count + piece.readableBytes <= limit else { throw ServeFault.tooLarge(ByteCount(limit)) }
            bytes += piece.readableBytesView
        }
        return bytes
    }
}
