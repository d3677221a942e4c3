internal import BerthCache
internal import BerthStore
internal import BerthSystem
internal import Hummingbird
internal import NIOCore

/// Answers as JSON, or as lines of `name=value` for a shell that asks for text.
enum Answers {
    static func answer(
        _ value: some Encodable, _ request: Request, status: HTTPResponse.Status = .ok,
        lines: () -> [(String, String)]
    ) throws -> Response {
        guard !wantsText(request) else {
            // Values hold no line breaks, or the next line would be somebody else's.
            return text(lines().map { "\($0.0)=\($0.1.escaped)\n" }.joined(), status)
        }
        return respond(try CanonicalJSON.encode(value), "application/json", status)
    }

    static func text(_ text: String, _ status: HTTPResponse.Status = .ok) -> Response {
        respond(Array(text.utf8), "text/plain; charset=utf-8", status)
    }

    static func refused(_ refused: Refused, _ request: Request) -> Response {
        let refusal = refused.refusal
        guard !wantsText(request), let json = try? CanonicalJSON.encode(refusal) else {
            let remedy = refusal.remedy.map { "remedy=\($0.escaped)\n" } ?? ""
            return text("code=\(refusal.code)\nmessage=\(refusal.message.escaped)\n\(remedy)", refused.status)
        }
        return respond(json, "application/json", refused.status)
    }

    private static func wantsText(_ request: Request) -> Bool {
        request.headers[.accept]?.hasPrefix("text/plain") ?? false
    }

    private static func respond(_ bytes: [UInt8], _ type: String, _ status: HTTPResponse.Status) -> Response {
        Response(
            status: status, headers: [.contentType: type, .contentLength: "\(bytes.count)"],
            body: ResponseBody(byteBuffer: NIOCore.ByteBuffer(bytes: bytes)))
    }
}
