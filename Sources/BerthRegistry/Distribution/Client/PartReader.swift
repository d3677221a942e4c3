internal import AsyncHTTPClient
internal import NIOCore

/// Takes so many bytes out of an answer's body, from a position on; what comes behind them is not waited for.
struct PartReader {
    let skip: Int64
    let count: Int64

    func read(_ response: HTTPClientResponse, _ heart: Heartbeat) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Int(count))
        var toSkip = Int(skip)
        let wanted = Int(count)
        try await response.piecesUntil(heart) { piece in
            let passed = min(toSkip, piece.readableBytes)
            toSkip -= passed
            bytes += piece.readableBytesView.dropFirst(passed).prefix(wanted - bytes.count)
            return bytes.count == wanted
        }
        guard bytes.count == wanted else { throw Fault.trouble("the transfer ended after \(bytes.count) bytes") }
        return bytes
    }
}
