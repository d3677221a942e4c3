internal import AsyncHTTPClient
internal import Foundation
internal import NIOCore
internal import NIOHTTP1

/// One request with its redirects and, where a registry asks for it, credentials: the answer's body is still to come.
struct Exchange: Sendable {
    let transport: Transport
    let policy: FetchPolicy
    /// What lets us in at a registry; nil for servers that only know credentials in the address.
    var authority: RegistryAuthority?

    init(transport: Transport, policy: FetchPolicy, authority: RegistryAuthority? = nil) {
        self.transport = transport
        self.policy = policy
        self.authority = authority
    }

    /// Sends a GET request; throws a `Fault` for every answer but 200 and 206.
    func get(_ address: Address, headers: HTTPHeaders, heart: Heartbeat) async throws -> HTTPClientResponse {
        let response = try await answer(.GET, address, headers: headers, heart: heart)
        try Exchange.check(response)
        return response
    }

    /// Sends a request whose answer, whatever its status, is the caller's to judge; what has a body follows no redirect.
    func answer(
        _ method: HTTPMethod, _ address: Address, headers: HTTPHeaders, body: RequestBody? = nil, heart: Heartbeat
    ) async throws -> HTTPClientResponse {
        var current = address
        for _ in 0...policy.redirects {
            heart.restart()
            let response = try await authorised(method, current, headers, body, heart)
            heart.restart()
            let isRedirect = [301, 302, 303, 307, 308].contains(response.status.code)
            guard isRedirect, method == .GET || method == .HEAD else { return response }
            current = try Exchange.follow(response.headers.first(name: "Location"), from: current)
        }
        throw Fault.unusable("the server redirected more than \(policy.redirects) times")
    }

    /// The answer with credentials; a 401 gets one more try with new ones.
    private func authorised(
        _ method: HTTPMethod, _ address: Address, _ headers: HTTPHeaders, _ body: RequestBody?, _ heart: Heartbeat
    ) async throws -> HTTPClientResponse {
        guard let authority else { return try await send(method, address, headers, body, heart) }
        guard authority.permits(address) else {
            throw Fault.unusable("the registry leads to \(address.host) without TLS, which nobody allowed (--insecure)")
        }
        guard authority.covers(address) else { return try await send(method, address, headers, body, heart) }
        let known = try await heart.resting { try await authority.credentials() }
        let response = try await send(method, address.authorised(by: known), headers, body, heart)
        guard response.status == .unauthorized else { return response }
        let asked = response.headers["WWW-Authenticate"]
        let renewed = try await heart.resting { try await authority.renewed(asked, refused: known) }
        guard let renewed else { return response }
        // Read to its end, so that the connection can be used again.
        _ = try? await response.body.collect(upTo: 1 << 16)
        return try await send(method, address.authorised(by: renewed), headers, body, heart)
    }

    private func send(
        _ method: HTTPMethod, _ address: Address, _ headers: HTTPHeaders, _ body: RequestBody?, _ heart: Heartbeat
    ) async throws -> HTTPClientResponse {
        var request = HTTPClientRequest(url: address.target)
        request.method = method
        request.headers = headers
        request.headers.replaceOrAdd(name: "User-Agent", value: "berth")
        request.headers.replaceOrAdd(name: "Accept-Encoding", value: "identity")
        if let credentials = address.credentials {
            request.headers.replaceOrAdd(name: "Authorization", value: credentials.header)
        }
        request.body = body?.stream(heart, patience: policy.completion)
        let client = try transport.client(for: address)
        do {
            // The heartbeat bounds the wait: it also covers the body, which a deadline here would not.
            return try await client.execute(request, deadline: .distantFuture)
        } catch {
            throw Fault.network(error)
        }
    }

    /// Where a redirect leads; throws for whatever would lose TLS or lead from the network into this machine.
    static func follow(_ location: String?, from origin: Address) throws -> Address {
        guard let location, let target = try? origin.resolved(location) else {
            throw Fault.unusable("the server redirected to nowhere")
        }
        if target.scheme == .file { throw Fault.unusable("the server redirected to a local file, which is refused") }
        if origin.scheme == .https, target.scheme == .http {
            throw Fault.unusable("the server redirected from https to http, which is refused")
        }
        if LocalHosts.isLocal(target.host), !LocalHosts.isLocal(origin.host) {
            throw Fault.unusable("the server redirected to an address inside this machine, which is refused")
        }
        return target
    }

    private static func check(_ response: HTTPClientResponse) throws {
        let code = Int(response.status.code)
        switch code {
        case 200, 206: return
        case 404, 410: throw Fault.missing
        case 401, 403, 407: throw Fault.refused(code)
        case 416: throw Fault.noResume
        case 408, 425, 429, 500...599:
            let wait = response.headers.first(name: "Retry-After").flatMap { RetryAfter.parse($0) }
            throw Fault.trouble("the server answered \(code)", wait: wait)
        default: throw Fault.unusable("the server answered \(code)")
        }
    }
}

extension HTTPClientResponse {
    /// Whether the answer calls itself a web page.
    var isPage: Bool {
        let type = headers.first(name: "Content-Type")?.lowercased() ?? ""
        return type.hasPrefix("text/html") || type.hasPrefix("application/xhtml")
    }

    /// The promised length of the body; nil where there is none, or none that is a number.
    var length: Int64? {
        headers.first(name: "Content-Length").flatMap { Int64($0) }
    }

    /// The body piece by piece, its errors in our words.
    func pieces(_ heart: Heartbeat, _ take: (ByteBuffer) async throws -> Void) async throws {
        try await piecesUntil(heart) { piece in
            try await take(piece)
            return false
        }
    }

    /// The same up to the piece of which `isEnough` says so: the rest is not waited for.
    func piecesUntil(_ heart: Heartbeat, _ isEnough: (ByteBuffer) async throws -> Bool) async throws {
        do {
            for try await piece in body {
                heart.beat(bytes: Int64(piece.readableBytes))
                if try await isEnough(piece) { return }
            }
        } catch {
            throw Fault.network(error)
        }
        // A body that was cut off by cancellation just ends.
        try Task.checkCancellation()
    }
}
