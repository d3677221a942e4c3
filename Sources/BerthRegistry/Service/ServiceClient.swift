internal import AsyncHTTPClient
internal import BerthSystem
internal import NIOCore
internal import NIOHTTP1

/// The answer of a service: its status, and a body that is small.
package struct ServiceReply: Sendable {
    package let status: Int
    package let body: [UInt8]
}

/// Talks to a `berth serve`: small questions, and streams in both directions that nobody holds in memory.
package struct ServiceClient: Sendable {
    private let root: Address
    private let exchange: Exchange
    /// Of an answer that is no stream.
    private static let limit = 1 << 20

    /// Throws `.usage` for an address that is no http or https one, and `.authenticationNeeded` without a token.
    package init(
        _ address: Address, token: String, transport: Transport = .shared, policy: FetchPolicy = FetchPolicy()
    ) throws {
        guard let credentials = Credentials(bearer: token) else {
            throw BerthError(
                .authenticationNeeded, "no token for the cache service, or one that no header can hold",
                place: address.description,
                remedy: "set BERTH_TOKEN to what `berth serve token` printed for this job")
        }
        guard address.scheme != .file else {
            throw BerthError(
                .usage, "a cache service is reached over http or https", place: address.description,
                remedy: "set BERTH_URL to what `berth serve` printed")
        }
        root = address.appending(path: "cache/v1").authorised(by: credentials)
        exchange = Exchange(transport: transport, policy: policy)
    }

    /// Asks for a small answer by form fields; trouble that may pass gets a few more tries.
    package func ask(_ path: String, _ fields: [(String, String)]) async throws -> ServiceReply {
        let body = Array(Self.form(fields).utf8)
        return try await telling {
            for tries in 1...3 {
                do {
                    let reply = try await ask(path, body)
                    guard reply.status >= 500, reply.status != 507, tries < 3 else { return reply }
                } catch let fault as Fault {
                    guard case .trouble = fault, tries < 3 else { throw fault }
                }
                try await Task.sleep(for: exchange.policy.wait(after: tries))
            }
            throw Fault.trouble("the service did not answer")
        }
    }

    private func ask(_ path: String, _ body: [UInt8]) async throws -> ServiceReply {
        let address = root.appending(path: path)
        return try await watching { heart in
            let headers: HTTPHeaders = ["Content-Type": "application/x-www-form-urlencoded"]
            let response = try await exchange.answer(
                .POST, address, headers: headers, body: .bytes(body), heart: heart)
            return try await Self.reply(response, heart)
        }
    }

    /// Sends a small body with fields in the query, and takes a small answer.
    package func post(_ path: String, _ fields: [(String, String)], _ body: [UInt8]) async throws -> ServiceReply {
        let address = root.appending(path: path).adding(query: fields)
        return try await telling {
            try await watching { heart in
                let headers: HTTPHeaders = ["Content-Type": "application/x-tar"]
                let response = try await exchange.answer(
                    .POST, address, headers: headers, body: .bytes(body), heart: heart)
                return try await Self.reply(response, heart)
            }
        }
    }

    /// Reads a small answer.
    package func read(_ path: String, _ fields: [(String, String)] = []) async throws -> ServiceReply {
        let address = root.appending(path: path).adding(query: fields)
        return try await telling {
            try await watching { heart in
                try await Self.reply(try await exchange.answer(.GET, address, headers: [:], heart: heart), heart)
            }
        }
    }

    /// Streams an answer into `take`; nil when all of it came, otherwise what the service said instead.
    package func download(
        _ path: String, _ fields: [(String, String)], _ take: @Sendable @escaping ([UInt8]) async throws -> Void
    ) async throws -> ServiceReply? {
        let address = root.appending(path: path).adding(query: fields)
        return try await telling {
            try await watching { heart in
                let response = try await exchange.answer(.GET, address, headers: [:], heart: heart)
                guard response.status == .ok else { return try await Self.reply(response, heart) }
                var waiting: [UInt8] = []
                try await response.pieces(heart) { piece in
                    waiting += piece.readableBytesView
                    guard waiting.count >= 1 << 19 else { return }
                    let bytes = waiting
                    waiting.removeAll(keepingCapacity: true)
                    try await heart.resting { try await take(bytes) }
                }
                if !waiting.isEmpty { try await take(waiting) }
                return nil
            }
        }
    }

    /// Streams what `next` gives until it gives nil; the answer, which may come before the end.
    package func upload(
        _ path: String, _ fields: [(String, String)], _ next: @Sendable @escaping () async throws -> [UInt8]?
    ) async throws -> ServiceReply {
        let address = root.appending(path: path).adding(query: fields)
        return try await telling {
            try await watching { heart in
                let body = OutgoingStream(next: next, heart: heart, patience: exchange.policy.completion)
                let response = try await exchange.send(stream: body, to: address, heart)
                return try await Self.reply(response, heart)
            }
        }
    }

    private func watching<Result: Sendable>(
        _ work: @Sendable @escaping (Heartbeat) async throws -> Result
    ) async throws -> Result {
        try await Heartbeat.watching(exchange.policy, until: .now + exchange.policy.total, work)
    }

    private static func reply(_ response: HTTPClientResponse, _ heart: Heartbeat) async throws -> ServiceReply {
        var bytes: [UInt8] = []
        try await response.pieces(heart) { piece in
            guard bytes.count + piece.readableBytes <= limit else {
                throw Fault.unusable("the answer is larger than \(limit) bytes")
            }
            bytes += piece.readableBytesView
        }
        return ServiceReply(status: Int(response.status.code), body: bytes)
    }

    /// Faults of the network as errors that name the service.
    private func telling<Result>(_ work: () async throws -> Result) async throws -> Result {
        do { return try await work() } catch let fault as Fault {
            throw BerthError(
                .temporary, "the cache service can't be used: \(fault)", place: root.description,
                remedy: "see that `berth serve` runs there; the job can go on without the cache")
        }
    }

    private static func form(_ fields: [(String, String)]) -> String {
        fields.map { "\(Address.encoded($0.0))=\(Address.encoded($0.1))" }.joined(separator: "&")
    }
}

/// Pieces of a body of unknown length, each made when its turn comes.
struct OutgoingStream: AsyncSequence, Sendable {
    let next: @Sendable () async throws -> [UInt8]?
    let heart: Heartbeat
    /// How long the service may take once it has all.
    let patience: Duration

    struct Iterator: AsyncIteratorProtocol {
        let stream: OutgoingStream

        mutating func next() async throws -> NIOCore.ByteBuffer? {
            // Making a piece takes our time, not the service's.
            guard let bytes = try await stream.heart.resting({ try await stream.next() }) else {
                stream.heart.sentAll(stream.patience)
                return nil
            }
            stream.heart.beat(bytes: Int64(bytes.count))
            return NIOCore.ByteBuffer(bytes: bytes)
        }
    }

    func makeAsyncIterator() -> Iterator { Iterator(stream: self) }
}

extension Exchange {
    /// Sends a stream with PUT: once only, for nobody can make it again.
    func send(stream: OutgoingStream, to address: Address, _ heart: Heartbeat) async throws -> HTTPClientResponse {
        var request = HTTPClientRequest(url: address.target)
        request.method = .PUT
        request.headers = ["User-Agent": "berth", "Content-Type": "application/x-tar"]
        if let credentials = address.credentials {
            request.headers.replaceOrAdd(name: "Authorization", value: credentials.header)
        }
        request.body = .stream(stream, length: .unknown)
        let client = try transport.client(for: address)
        do { return try await client.execute(request, deadline: .distantFuture) } catch {
            throw Fault.network(error)
        }
    }
}
