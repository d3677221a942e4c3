internal import AsyncHTTPClient
package import BerthArchive
internal import BerthSystem
internal import NIOCore
internal import NIOHTTP1

extension Fetcher {
    /// A small document, from the first address that serves it; it is not stored.
    ///
    /// Throws `MissingFiles` where all addresses answer "not found", else a `BerthError`; never takes more than `limit`.
    package func document(
        _ addresses: [Address], limit: ByteCount, accept: String? = nil
    ) async throws -> [UInt8] {
        let name = addresses.first?.fileName ?? "a document"
        let usable = addresses.filter { !offline || $0.scheme == .file }
        if usable.isEmpty, !addresses.isEmpty {
            throw BerthError(
                .failed, "offline \(name) can't be fetched", place: addresses.first?.description,
                done: "no connection was made", remedy: "run it once without --offline")
        }
        let policy = exchange.policy
        var route = Route(usable, policy: policy)
        let end = SuspendingClock.now + policy.total
        while let address = route.next {
            do {
                return try await gate.passing { try await read(address, limit, accept, until: end) }
            } catch let fault as Fault {
                let wait = route.note(fault)
                guard SuspendingClock.now + wait < end else { break }
                guard route.next != nil else { continue }
                FetchProgress(progress).retry(name, fault, at: address, wait: wait)
                try await Task.sleep(for: wait)
            }
        }
        if route.isMissing { throw MissingFiles(document: name, tried: usable) }
        throw route.failure(of: name, expected: nil)
    }

    private func read(
        _ address: Address, _ limit: ByteCount, _ accept: String?, until end: SuspendingClock.Instant
    ) async throws -> [UInt8] {
        guard address.scheme == .file else {
            return try await Heartbeat.watching(exchange.policy, until: end) { [self] heart in
                try await receive(address, limit, accept, heart)
            }
        }
        return try await offload {
            let local = try LocalFile(address)
            guard local.size <= limit.value else {
                throw Fault.unusable("the file is larger than the \(limit) that this document may have")
            }
            return try local.read(from: 0, count: Int(local.size))
        }
    }

    private func receive(
        _ address: Address, _ limit: ByteCount, _ accept: String?, _ heart: Heartbeat
    ) async throws -> [UInt8] {
        let headers: HTTPHeaders = accept.map { ["Accept": $0] } ?? [:]
        let response = try await exchange.get(address, headers: headers, heart: heart)
        if response.isPage, accept?.contains("html") != true { throw Fault.page }
        let encoding = response.headers.first(name: "Content-Encoding")?.lowercased() ?? "identity"
        // A compressed body could unfold without bound; we asked for none.
        guard encoding == "identity" else {
            throw Fault.unusable("the server answered with the encoding \(encoding.escaped)")
        }
        var bytes: [UInt8] = []
        let tooLarge = Fault.unusable("the answer is larger than the \(limit) that this document may have")
        if let length = response.length, length > limit.value { throw tooLarge }
        try await response.pieces(heart) { piece in
            guard bytes.count + piece.readableBytes <= limit.value else { throw tooLarge }
            bytes += piece.readableBytesView
        }
        return bytes
    }
}
