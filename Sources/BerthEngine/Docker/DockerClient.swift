internal import AsyncHTTPClient
internal import BerthSystem
internal import Foundation
internal import NIOCore
internal import NIOHTTP1
internal import SystemPackage

/// HTTP requests to one Docker-compatible engine, in one negotiated API version.
struct DockerClient: Sendable {
    let address: EngineAddress
    /// `1.41`; nil before negotiation.
    var version: String?

    /// Connections live as long as the process; they close by themselves when idle.
    private static let http: HTTPClient = {
        var settings = HTTPClient.Configuration(
            redirectConfiguration: .disallow, timeout: .init(connect: .seconds(30)))
        settings.connectionPool.idleTimeout = .seconds(5)
        settings.connectionPool.retryConnectionEstablishment = false
        // Waiting for a container holds a connection for as long as its command runs.
        settings.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 64
        return HTTPClient(eventLoopGroup: HTTPClient.defaultEventLoopGroup, configuration: settings)
    }()

    /// One request.
    struct Call {
        var method = HTTPMethod.GET
        var path: String
        var query: [(String, String)] = []
        var body: HTTPClientRequest.Body?
        var contentType = "application/json"
        /// Until the answer's head is there.
        var limit: Duration = .seconds(60)

        init(_ method: HTTPMethod = .GET, _ path: String, query: [(String, String)] = []) {
            self.method = method
            self.path = path
            self.query = query
        }

        /// The same with a JSON body.
        func sending(_ value: some Encodable) throws -> Call {
            var call = self
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            call.body = .bytes(ByteBuffer(bytes: try encoder.encode(value)))
            return call
        }
    }

    /// Sends a request; the answer comes back whatever its status.
    func send(_ call: Call) async throws -> HTTPClientResponse {
        var request = HTTPClientRequest(url: try url(call))
        request.method = call.method
        request.headers.add(name: "Host", value: "docker")
        if call.body != nil { request.headers.add(name: "Content-Type", value: call.contentType) }
        request.body = call.body
        do {
            return try await Self.http.execute(request, timeout: .nanoseconds(call.limit.nanoseconds))
        } catch { throw meaning(of: error) }
    }

    /// Sends a request and reads the whole answer, at most `limit` bytes; throws with the engine's words on failure.
    func collect(_ call: Call, limit: Int = 64 << 20) async throws -> ByteBuffer {
        let answer = try await send(call)
        guard (200..<400).contains(answer.status.code) else { throw try await refusal(answer, call) }
        do { return try await answer.body.collect(upTo: limit) } catch { throw meaning(of: error) }
    }

    /// Sends a request whose answer is JSON.
    func read<Value: Decodable>(_ type: Value.Type, _ call: Call) async throws -> Value {
        let bytes = try await collect(call)
        do { return try JSONDecoder().decode(type, from: Data(bytes.readableBytesView)) } catch {
            throw BerthError(
                .failed, "the engine's answer can't be understood", place: "\(address.location) \(call.path)",
                remedy: "check that the address belongs to Docker or Podman", cause: error)
        }
    }

    /// The error for an answer that is not a success.
    func refusal(
        _ answer: HTTPClientResponse, _ call: Call, platform: ImagePlatform? = nil
    ) async throws -> BerthError {
        let bytes = try await answer.body.collect(upTo: 1 << 20)
        let words = DockerClient.message(bytes) ?? "\(answer.status)"
        return EngineTrouble.reading(words, while: call.path, platform: platform).error(at: address.location)
    }

    /// The engine's words: `{"message": …}`, else the text itself.
    static func message(_ bytes: ByteBuffer) -> String? {
        struct Message: Decodable { let message: String }
        let data = Data(bytes.readableBytesView)
        if let known = try? JSONDecoder().decode(Message.self, from: data) { return known.message }
        let text = String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        return text.isEmpty ? nil : text
    }

    private func url(_ call: Call) throws -> String {
        var parts = URLComponents()
        parts.path = (version.map { "/v\($0)" } ?? "") + call.path
        if !call.query.isEmpty { parts.queryItems = call.query.map { URLQueryItem(name: $0, value: $1) } }
        // URLComponents leaves "+" as it is, and servers read it as a space.
        let rest = (parts.string ?? parts.path).replacing("+", with: "%2B")
        switch address.endpoint {
        case .socket(let path):
            guard let url = URL(httpURLWithSocketPath: path.string, uri: rest) else { break }
            return url.absoluteString
        case .loopback(let host, let port): return "http://\(host):\(port)\(rest)"
        case .podman: break
        }
        throw EngineTrouble.unusableAddress(address.location, origin: address.reason).error()
    }

    /// What a failed connection means to a person.
    func meaning(of error: any Error) -> any Error {
        if error is CancellationError || error is BerthError { return error }
        let place = address.location
        let code = (error as? IOError)?.errnoCode
        switch code {
        case ENOENT, ECONNREFUSED: return EngineTrouble.notRunning("nothing answers at \(place)").error(at: place)
        case EACCES, EPERM: return EngineTrouble.noPermission("the socket is closed to it").error(at: place)
        default: break
        }
        if let known = error as? HTTPClientError, known == .cancelled { return CancellationError() }
        return BerthError(
            .temporary, "the connection to the container engine failed", place: place,
            remedy: "see that the engine is running, and run the same command again", cause: error)
    }
}

extension Duration {
    /// Whole nanoseconds.
    var nanoseconds: Int64 {
        components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000
    }

    /// Whole seconds, rounded up.
    var wholeSeconds: Int64 { components.seconds + (components.attoseconds > 0 ? 1 : 0) }
}
