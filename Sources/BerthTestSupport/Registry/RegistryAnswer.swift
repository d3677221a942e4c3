internal import Foundation
internal import NIOCore
internal import NIOHTTP1

/// One answer of a `RegistryDouble`.
struct RegistryAnswer: Sendable {
    var status: Int
    var headers: [String: String]
    var body: [UInt8]

    init(_ status: Int, _ headers: [String: String] = [:], _ body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    static func problem(_ status: Int, _ code: String, _ message: String = "") -> RegistryAnswer {
        json(status, ["errors": [["code": code, "message": message]]])
    }

    static func json(_ status: Int, _ object: [String: Any]) -> RegistryAnswer {
        let bytes = (try? JSONSerialization.data(withJSONObject: object)).map(Array.init) ?? []
        return RegistryAnswer(status, ["Content-Type": "application/json"], bytes)
    }

    /// The beginning of it, which promises all.
    func parts(_ head: HTTPRequestHead, only count: Int) -> [HTTPServerResponsePart] {
        var short = self
        short.headers["Content-Length"] = "\(body.count)"
        short.body = Array(body.prefix(count))
        return short.parts(head).dropLast()
    }

    func parts(_ head: HTTPRequestHead) -> [HTTPServerResponsePart] {
        var fields = HTTPHeaders(headers.map { ($0.key, $0.value) })
        fields.replaceOrAdd(name: "Content-Length", value: headers["Content-Length"] ?? "\(body.count)")
        let start = HTTPServerResponsePart.head(
            HTTPResponseHead(version: .http1_1, status: .init(statusCode: status), headers: fields))
        guard head.method != .HEAD, !body.isEmpty else { return [start, .end(nil)] }
        return [start, .body(.byteBuffer(NIOCore.ByteBuffer(bytes: body))), .end(nil)]
    }
}

/// A request with its body, taken apart.
struct RegistryCallReader: Sendable {
    let call: RegistryCall
    let body: [UInt8]

    init(_ head: HTTPRequestHead, _ body: [UInt8]) {
        let parts = head.uri.split(separator: "?", maxSplits: 1)
        call = RegistryCall(
            method: head.method.rawValue, path: String(parts.first ?? ""),
            query: parts.count > 1 ? String(parts[1]) : "",
            headers: Dictionary(head.headers.map { ($0.name.lowercased(), $0.value) }) { $1 }, bodyBytes: body.count)
        self.body = body
    }

    /// The decoded value of a field of the query.
    func field(_ name: String) -> String? { fields(call.query, name).first }

    func fields(_ text: String, _ name: String) -> [String] {
        text.split(separator: "&").compactMap { item in
            let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, parts[0] == name else { return nil }
            return parts[1].replacing("+", with: " ").removingPercentEncoding
        }
    }
}
