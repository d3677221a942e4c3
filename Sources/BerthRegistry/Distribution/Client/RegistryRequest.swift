internal import AsyncHTTPClient
internal import BerthArchive
internal import BerthSystem
internal import Foundation
internal import NIOCore
internal import NIOHTTP1

/// One call of a registry's API.
struct RegistryRequest: Sendable {
    let method: HTTPMethod
    let address: Address
    var headers: HTTPHeaders = [:]
    var body: RequestBody?
    /// The largest answer that is read.
    var limit = ByteCount(1 << 20)
    /// How long the registry may think before it answers; nil: as long as other servers.
    var patience: Duration?

    init(_ method: HTTPMethod, _ address: Address) {
        self.method = method
        self.address = address
    }
}

/// A registry's answer, whatever its status.
struct RegistryReply: Sendable {
    let status: Int
    let headers: HTTPHeaders
    let body: [UInt8]
    /// What the registry says is wrong, without secrets.
    var problem: String?

    subscript(name: String) -> String? { headers.first(name: name) }

    /// Why this answer is none of those that were wished for.
    func fault(problem: String?) -> Fault {
        let words = problem.map { ": \($0)" } ?? ""
        switch status {
        case 401, 403, 407: return .refused(status)
        case 404, 410: return .missing
        case 408, 425, 429, 500...599:
            let wait = self["Retry-After"].flatMap { RetryAfter.parse($0) }
            let request = wait.map { $0 > .seconds(60) ? " and asks to wait \($0.components.seconds) s" : "" } ?? ""
            return .trouble("the registry answered \(status)\(request)\(words)", wait: wait)
        default: return .unusable("the registry answered \(status)\(words)")
        }
    }

    var fault: Fault { fault(problem: problem) }

    /// Throws a fault for every status but these.
    func expect(_ wished: Int...) throws { if !wished.contains(status) { throw fault } }

    private struct Problems: Decodable {
        struct Problem: Decodable {
            var code: String?
            var message: String?
        }
        var errors: [Problem]?
    }

    /// The first error that the body lists (distribution-spec, "Error Codes").
    static func problem(in body: [UInt8]) -> String? {
        guard let first = (try? JSONDecoder().decode(Problems.self, from: Data(body)))?.errors?.first else {
            return nil
        }
        let words = [first.code, first.message].compactMap(\.self).filter { !$0.isEmpty }
        return words.isEmpty ? nil : words.joined(separator: ", ")
    }
}

extension Exchange {
    /// Makes one call, within the policy's bounds.
    func reply(_ request: RegistryRequest) async throws -> RegistryReply {
        var patient = policy
        if let patience = request.patience { patient.silence = max(patience, policy.silence) }
        let end = SuspendingClock.now + policy.total
        var reply = try await Heartbeat.watching(patient, until: end) { [self] heart in
            try await receive(request, heart)
        }
        if reply.status >= 400, let problem = RegistryReply.problem(in: reply.body) {
            let shown = await authority?.redacted(problem) ?? problem
            reply.problem = String(shown.prefix(300)).escaped
        }
        return reply
    }

    private func receive(_ request: RegistryRequest, _ heart: Heartbeat) async throws -> RegistryReply {
        let response = try await answer(
            request.method, request.address, headers: request.headers, body: request.body, heart: heart)
        let tooLarge = Fault.unusable("the answer is larger than \(request.limit)")
        var bytes: [UInt8] = []
        if request.method != .HEAD {
            if let length = response.length, length > request.limit.value { throw tooLarge }
            try await response.pieces(heart) { piece in
                guard bytes.count + piece.readableBytes <= request.limit.value else { throw tooLarge }
                bytes += piece.readableBytesView
            }
        }
        return RegistryReply(status: Int(response.status.code), headers: response.headers, body: bytes)
    }
}
