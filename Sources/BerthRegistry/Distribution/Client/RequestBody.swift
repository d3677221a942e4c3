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

/// Bytes in memory, slice by slice.
private struct OutgoingBytes: AsyncSequence, Sendable {
    let bytes: [UInt8]
    let heart: Heartbeat
    /// How long the server may take once it has all.
    let patience: Duration

    struct Iterator: AsyncIteratorProtocol {
        let heart: Heartbeat
        let patience: Duration
        var slices: Slices

        mutating func next() async throws -> NIOCore.ByteBuffer? { slices.next(heart) ?? heart.end(patience) }
    }

    func makeAsyncIterator() -> Iterator {
        Iterator(heart: heart, patience: patience, slices: Slices(NIOCore.ByteBuffer(bytes: bytes)))
    }
}

/// A part of a file, read when its turn comes.
private struct OutgoingFile: AsyncSequence, Sendable {
    /// Bytes that are read at once.
    private static let piece: Int64 = 1 << 20

    let path: FilePath
    let range: Range<Int64>
    let heart: Heartbeat
    /// How long the server may take once it has all.
    let patience: Duration

    struct Iterator: AsyncIteratorProtocol {
        let path: FilePath
        let end: Int64
        let heart: Heartbeat
        let patience: Duration
        var file: BlobFile?
        var position: Int64
        var slices = Slices(NIOCore.ByteBuffer())

        mutating func next() async throws -> NIOCore.ByteBuffer? {
            if let slice = slices.next(heart) { return slice }
            guard position < end else { return heart.end(patience) }
            let (path, start) = (path, position)
            let open: BlobFile
            if let file { open = file } else { open = try await offload { try BlobFile(path) } }
            file = open
            let count = Int(Swift.min(end - start, OutgoingFile.piece))
            slices = Slices(NIOCore.ByteBuffer(bytes: try await offload { try open.read(from: start, count: count) }))
            position += Int64(count)
            return slices.next(heart)
        }
    }

    func makeAsyncIterator() -> Iterator {
        Iterator(path: path, end: range.upperBound, heart: heart, patience: patience, position: range.lowerBound)
    }
}

/// Hands bytes out in slices so short that one of them goes over a slow line well before that counts as silent.
private struct Slices {
    static let longest = 64 << 10
    private var bytes: NIOCore.ByteBuffer

    init(_ bytes: NIOCore.ByteBuffer) { self.bytes = bytes }

    /// The next slice, which is a sign of life; nil at the end.
    mutating func next(_ heart: Heartbeat) -> NIOCore.ByteBuffer? {
        guard bytes.readableBytes > 0 else { return nil }
        let slice = bytes.readSlice(length: min(bytes.readableBytes, Self.longest))
        heart.beat(bytes: Int64(slice?.readableBytes ?? 0))
        return slice
    }
}

extension Heartbeat {
    /// All is sent.
    fileprivate func end(_ patience: Duration) -> NIOCore.ByteBuffer? {
        sentAll(patience)
        return nil
    }
}
