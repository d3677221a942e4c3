internal import AsyncHTTPClient
internal import BerthSystem
internal import NIOCore
internal import SystemPackage

/// What a request carries: it can be sent again as often as it takes.
enum RequestBody: Sendable {
    case bytes([UInt8])
    /// A part of a file.
    case file(FilePath, Range<Int64>)

    var count: Int64 {
        switch self {
        case .bytes(let bytes): Int64(bytes.count)
        case .file(_, let range): range.upperBound - range.lowerBound
        }
    }

    /// The HTTP library's form; each piece that goes out is a sign of life.
    func stream(_ heart: Heartbeat, patience: Duration) -> HTTPClientRequest.Body {
        switch self {
        case .bytes(let bytes):
            .stream(OutgoingBytes(bytes: bytes, heart: heart, patience: patience), length: .known(count))
        case .file(let path, let range):
            .stream(OutgoingFile(path: path, range: range, heart: heart, patience: patience), length: .known(count))
        }
    }
}

/// Bytes in memory, piece by piece.
private struct OutgoingBytes: AsyncSequence, Sendable {
    let bytes: [UInt8]
    let heart: Heartbeat
    /// How long the server may take once it has all.
    let patience: Duration

    struct Iterator: AsyncIteratorProtocol {
        let bytes: [UInt8]
        let heart: Heartbeat
        let patience: Duration
        var position = 0

        mutating func next() async throws -> NIOCore.ByteBuffer? {
            guard position < bytes.count else {
                heart.sentAll(patience)
                return nil
            }
            let piece = bytes[position..<Swift.min(position + (1 << 18), bytes.count)]
            position = piece.endIndex
            heart.beat(bytes: Int64(piece.count))
            return NIOCore.ByteBuffer(bytes: piece)
        }
    }

    func makeAsyncIterator() -> Iterator { Iterator(bytes: bytes, heart: heart, patience: patience) }
}

/// A part of a file, read when its turn comes.
private struct OutgoingFile: AsyncSequence, Sendable {
    let path: FilePath
    let range: Range<Int64>
    let heart: Heartbeat
    /// How long the server may take once it has all.
    let patience: Duration

    struct Iterator: AsyncIteratorProtocol {
        let path: FilePath
        let range: Range<Int64>
        let heart: Heartbeat
        let patience: Duration
        var file: BlobFile?
        var position: Int64

        mutating func next() async throws -> NIOCore.ByteBuffer? {
            guard position < range.upperBound else {
                heart.sentAll(patience)
                return nil
            }
            let (path, start) = (path, position)
            let open: BlobFile
            if let file { open = file } else { open = try await offload { try BlobFile(path) } }
            file = open
            let count = Int(Swift.min(range.upperBound - start, 1 << 20))
            let piece = NIOCore.ByteBuffer(bytes: try await offload { try open.read(from: start, count: count) })
            position += Int64(piece.readableBytes)
            heart.beat(bytes: Int64(piece.readableBytes))
            return piece
        }
    }

    func makeAsyncIterator() -> Iterator {
        Iterator(path: path, range: range, heart: heart, patience: patience, file: nil, position: range.lowerBound)
    }
}
