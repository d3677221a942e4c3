/// Hands pieces of bytes from one writing task to one reading task, one piece at a time.
///
/// A write returns when the reader has taken the piece: that is the back-pressure.
actor ByteHandover: ArchiveSink {
    /// The reader went away before all was written; its own error says why.
    struct Abandoned: Error {}

    private var piece: [UInt8]?
    private var ending: Result<Void, any Error>?
    private var reader: CheckedContinuation<Void, Never>?
    private var writer: CheckedContinuation<Void, Never>?

    func write(_ bytes: [UInt8]) async throws {
        guard !bytes.isEmpty else { return }
        try await withTaskCancellationHandler {
            try Task.checkCancellation()
            guard ending == nil else { throw Abandoned() }
            piece = bytes
            wakeReader()
            while piece != nil, ending == nil { await withCheckedContinuation { writer = $0 } }
            if piece != nil { throw Abandoned() }
        } onCancel: {
            Task { await self.end(.failure(CancellationError())) }
        }
    }

    /// The next piece; nil at the end, the writer's error if it failed.
    func next() async throws -> [UInt8]? {
        try await withTaskCancellationHandler {
            while piece == nil, ending == nil { await withCheckedContinuation { reader = $0 } }
            if let taken = piece {
                piece = nil
                wakeWriter()
                return taken
            }
            try ending?.get()
            return nil
        } onCancel: {
            Task { await self.end(.failure(CancellationError())) }
        }
    }

    /// No more comes (success), or something went wrong on either side.
    func end(_ result: Result<Void, any Error>) {
        if ending == nil { ending = result }
        wakeReader()
        wakeWriter()
    }

    private func wakeReader() {
        reader?.resume()
        reader = nil
    }

    private func wakeWriter() {
        writer?.resume()
        writer = nil
    }
}
