internal import BerthArchive
internal import BerthStore
internal import BerthSystem
internal import Synchronization

/// The part of a file that has arrived, hashed and on the disk; an earlier process may have begun it.
///
/// All its methods block: call them through `offload`.
final class PartialBlob: Sendable {
    private struct State: ~Copyable {
        var writer: BlobWriter?
        var written: Int64 = 0
    }

    private let file: RemoteFile
    private let session: IngestSession
    private let state: Mutex<State>

    /// Opens it, and hashes what is there already.
    init(_ file: RemoteFile, in session: IngestSession) throws {
        self.file = file
        self.session = session
        state = Mutex(try PartialBlob.open(file, session))
    }

    private static func open(_ file: RemoteFile, _ session: IngestSession) throws -> sending State {
        let writer = try session.resumableWriter(expecting: file.digest, size: file.size)
        let written = writer.written.value
        return State(writer: writer, written: written)
    }

    /// Bytes that have arrived and are hashed.
    var written: Int64 { state.withLock { $0.written } }

    var isComplete: Bool { written == file.size.value }

    /// Adds bytes behind those that are there.
    func append(_ bytes: [UInt8]) throws {
        try state.withLock { state in
            guard var writer = state.writer.take() else { throw PartialBlob.closed }
            try writer.append(bytes.span.bytes)
            state.written = writer.written.value
            state.writer = consume writer
        }
    }

    /// Forgets all that has arrived.
    func restart() throws {
        try state.withLock { state in
            if let writer = state.writer.take() { writer.discard() }
            state = try PartialBlob.open(file, session)
        }
    }

    /// Gives the content its name in the store; a wrong hash is a `Fault`, and the next try starts at the first byte.
    func finish() throws {
        try state.withLock { state in
            guard let writer = state.writer.take() else { throw PartialBlob.closed }
            do { _ = try writer.finish() } catch let error as BerthError where error.status == .damaged {
                state = try PartialBlob.open(file, session)
                throw Fault.wrongContent(error.what)
            }
        }
    }

    /// Removes what has arrived, because it is of no use to anybody.
    func discard() {
        state.withLock { state in
            if let writer = state.writer.take() { writer.discard() }
        }
    }

    private static let closed = BerthError(.failed, "the transfer has ended already")
}
