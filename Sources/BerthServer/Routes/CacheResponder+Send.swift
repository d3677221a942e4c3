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
        let outgoing = try await offload { [service] in try service.open(id, fields, grant) }
        let (settings, channel) = (settings, context.channel)
        let body = ResponseBody { [service] writer in
            let (pace, start) = (Pace(settings), ContinuousClock.now)
            let watch = pace.watch(channel)
            defer { watch.cancel() }
            do {
                // One piece is made while the one before is on its way.
                var piece = try await Self.next(outgoing, form)
                while let current = piece {
                    async let following = Self.next(outgoing, form)
                    for slice in current {
                        try await writer.write(NIOCore.ByteBuffer(bytes: slice))
                        try pace.beat(slice.count)
                    }
                    piece = try await following
                }
            } catch {
                try await offload { service.sent(id, grant, since: start, with: error) }
                throw error
            }
            try await offload { service.sent(id, grant, since: start, with: nil) }
            try await writer.finish(nil)
        }
        return Response(status: .ok, headers: [.contentType: form.mediaType], body: body)
    }

    /// The next bytes, compressed as they go out.
    private static func next(_ outgoing: OutgoingEntry, _ form: StreamForm) async throws -> [ArraySlice<UInt8>]? {
        try await offload {
            guard let bytes = try outgoing.next() else { return nil }
            let slices = stride(from: 0, to: bytes.count, by: slice).map { bytes[$0..<min($0 + slice, bytes.count)] }
            guard let compressor = try form.makeCompressor() else { return slices }
            return try slices.map { try compressor.compress(Array($0))[...] }
        }
    }

    private static let slice = 1 << 20
}
