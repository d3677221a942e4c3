internal import BerthArchive
internal import BerthCache
internal import BerthSystem
internal import Hummingbird
internal import NIOCore

/// How a stream goes out; the step's client asks for what its own tools can read.
enum StreamForm: String {
    case identity, gzip, zstd

    /// The fastest levels: the stream goes to the same machine or the next one.
    func makeCompressor() throws -> ChunkCompressor? {
        switch self {
        case .identity: nil
        case .gzip: try Compression.gzip(level: 1).makeCompressor()
        case .zstd: try Compression.zstd(level: 1).makeCompressor()
        }
    }

    var mediaType: String { self == .identity ? "application/x-tar" : "application/x-tar+\(rawValue)" }
}

extension CacheResponder {
    /// Streams an entry; from the first byte on, trouble can only cut it, and the marker is then missing.
    func send(_ id: String, _ request: Request, _ grant: JobGrant, _ context: ServeContext) async throws -> Response {
        let fields = try Self.query(request)
        guard let form = StreamForm(rawValue: try fields.one("compression") ?? "identity") else {
            throw BerthError(.usage, "there is no such compression", remedy: "use identity, gzip or zstd")
        }
        let isLast = try StreamPart(try fields.one("part")).isLast
        guard let entry = try? Digest(hex: id) else { throw ServeFault.noEntry }
        let lookup = try StreamLookup(fields, entry, grant)
        let outgoing = try await offload { [service] in try service.open(entry, fields, grant) }
        let (settings, channel) = (settings, context.channel)
        let body = ResponseBody { [service] writer in
            let pace = Pace(settings)
            let watch = pace.watch(channel)
            defer { watch.cancel() }
            do {
                // One piece is made while the one before is on its way.
                var piece = try await Self.next(outgoing, form)
                while let current = piece {
                    async let following = Self.next(outgoing, form)
                    for slice in current {
                        try await writer.write(slice)
                        try pace.beat(slice.readableBytes)
                    }
                    piece = try await following
                }
            } catch {
                try await offload { service.sent(lookup, with: error) }
                throw error
            }
            if isLast { try await offload { service.sent(lookup, with: nil) } }
            try await writer.finish(nil)
        }
        return Response(status: .ok, headers: [.contentType: form.mediaType], body: body)
    }

    /// The next bytes, compressed as they go out.
    private static func next(_ outgoing: OutgoingEntry, _ form: StreamForm) async throws -> [NIOCore.ByteBuffer]? {
        try await offload {
            try outgoing.next { bytes in
                let compressor = try form.makeCompressor()
                return try stride(from: 0, to: bytes.count, by: slice).map { start in
                    let part = bytes[start..<min(start + slice, bytes.count)]
                    guard let compressor else { return NIOCore.ByteBuffer(bytes: part) }
                    return NIOCore.ByteBuffer(bytes: try compressor.compress(Array(part)))
                }
            }
        }
    }

    private static let slice = 1 << 20
}
