internal import BerthArchive
internal import Foundation
internal import NIOCore
internal import NIOHTTP1

/// One answer of a `Mirror`, right or wrong.
struct MirrorAnswer {
    /// The connection is to be closed without ending the answer.
    private struct Dropped: Error {}

    let channel: any Channel
    let head: HTTPRequestHead

    /// The decoded path of a request's target, without first slash and query.
    static func path(_ target: String) -> String {
        let path = String(target.prefix { $0 != "?" }.drop { $0 == "/" })
        return path.removingPercentEncoding ?? path
    }

    /// Answers a request; throws where the connection must go.
    func send(_ request: MirrorRequest, fault: MirrorFault?, source: Mirror.Source) async throws {
        switch fault {
        case .status(let code, let retryAfter):
            let headers: HTTPHeaders = retryAfter.map { ["Retry-After": $0] } ?? [:]
            return try await whole(code, Array("sorry".utf8), headers)
        case .redirect(let target): return try await whole(302, [], ["Location": target])
        case .login(let wanted) where head.headers.first(name: "authorization") != wanted:
            return try await whole(401, Array("who are you?".utf8))
        case .page: return try await whole(200, Self.page, ["Content-Type": "text/html; charset=utf-8"])
        case .disguisedPage: return try await chunked(Self.page)
        default: break
        }
        guard let bytes = try await source(request.path) else { return try await whole(404, Array("not found".utf8)) }
        try await file(bytes, request, fault)
    }

    private func file(_ bytes: [UInt8], _ request: MirrorRequest, _ fault: MirrorFault?) async throws {
        let tag = "\"\(Digest.of(bytes).short)\""
        // A page of a Python package index (PEP 691); its client goes by the type.
        let kind = request.path.hasSuffix("/") ? "application/vnd.pypi.simple.v1+json" : "application/octet-stream"
        var headers: HTTPHeaders = ["ETag": tag, "Accept-Ranges": "bytes", "Content-Type": kind]
        if case .encoded(let name) = fault { headers.add(name: "Content-Encoding", value: name) }
        var status = 200
        var body = bytes[...]
        if let start = start(request, tag), fault != .ignoreRange {
            guard start < bytes.count else {
                return try await whole(416, [], ["Content-Range": "bytes */\(bytes.count)"])
            }
            let first = fault == .wrongRange ? start - 1 : start
            status = 206
            body = bytes[first...]
            headers.add(name: "Content-Range", value: "bytes \(first)-\(bytes.count - 1)/\(bytes.count)")
        }
        try await spoil(Array(body), status, headers, fault)
    }

    /// Where a Range header wants to begin; nil where there is none, or If-Range names other content.
    private func start(_ request: MirrorRequest, _ tag: String) -> Int? {
        if let known = request["if-range"], known != tag { return nil }
        guard let range = request["range"], range.hasPrefix("bytes="), range.hasSuffix("-") else { return nil }
        return Int(range.dropFirst(6).dropLast())
    }

    private func spoil(_ body: [UInt8], _ status: Int, _ headers: HTTPHeaders, _ fault: MirrorFault?) async throws {
        switch fault {
        case .drop(let count):
            try await begin(status, headers, length: body.count)
            try await piece(body.prefix(count))
            throw Dropped()
        case .stall(let count):
            try await begin(status, headers, length: body.count)
            try await piece(body.prefix(count))
            try await Task.sleep(for: .seconds(3600))
        case .wrongBytes:
            var wrong = body
            if let last = wrong.popLast() { wrong.append(last ^ 1) }
            try await whole(status, wrong, headers)
        case .truncate(let count): try await whole(status, Array(body.prefix(count)), headers)
        case .overlong: try await chunked(body + body, headers)
        case .unsized: try await chunked(body, headers)
        case .slow(let size, let pause):
            try await begin(status, headers, length: body.count)
            for start in stride(from: 0, to: body.count, by: size) {
                try await Task.sleep(for: pause)
                try await piece(body[start..<min(start + size, body.count)])
            }
            try await end()
        default: try await whole(status, body, headers)
        }
    }

    private func whole(_ status: Int, _ body: [UInt8], _ headers: HTTPHeaders = [:]) async throws {
        try await begin(status, headers, length: body.count)
        if head.method != .HEAD { try await piece(body[...]) }
        try await end()
    }

    private func chunked(_ body: [UInt8], _ headers: HTTPHeaders = [:]) async throws {
        try await begin(200, headers, length: nil)
        try await piece(body[...])
        try await end()
    }

    private func begin(_ status: Int, _ headers: HTTPHeaders, length: Int?) async throws {
        var headers = headers
        if let length {
            headers.replaceOrAdd(name: "Content-Length", value: "\(length)")
        } else {
            headers.replaceOrAdd(name: "Transfer-Encoding", value: "chunked")
        }
        try await write(.head(HTTPResponseHead(version: .http1_1, status: .init(statusCode: status), headers: headers)))
    }

    private func piece(_ bytes: ArraySlice<UInt8>) async throws {
        guard !bytes.isEmpty else { return }
        try await write(.body(.byteBuffer(NIOCore.ByteBuffer(bytes: bytes))))
    }

    private func end() async throws { try await write(.end(nil)) }

    /// Waits until the bytes are with the kernel, so that a connection that is closed next has sent them.
    private func write(_ part: HTTPServerResponsePart) async throws { try await channel.writeAndFlush(part) }

    private static let page = Array("<!DOCTYPE html><html><body>Please log in.</body></html>\n".utf8)
}
