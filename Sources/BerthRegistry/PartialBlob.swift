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
        /// Where something else than the store's own digest is promised.
        var hasher: MessageHasher?
        var written: Int64 = 0
    }

    private let file: WantedFile
    private let session: IngestSession
    private let state: Mutex<State>

    /// Opens it, and hashes what is there already.
    init(_ file: WantedFile, in session: IngestSession) throws {
        self.file = file
        self.session = session
        state = Mutex(try PartialBlob.open(file, session))
    }

    private static func open(_ file: WantedFile, _ session: IngestSession) throws -> sending State {
        switch file.check {
        case .digest(let digest):
            let writer = try session.resumableWriter(expecting: digest, size: file.size)
            let written = writer.written.value
            return State(writer: writer, hasher: nil, written: written)
        case .integrity(let integrity):
            // Nothing of it outlives the process: its name in the store is known at its end only.
            return State(writer: try session.writer(), hasher: MessageHasher(integrity.algorithm))
        }
    }

    /// Bytes that have arrived and are hashed.
    var written: Int64 { state.withLock { $0.written } }

    /// Whether as many bytes are here as were promised; false where nobody promised a number.
    var isComplete: Bool { written == file.size?.value }

    /// Adds bytes behind those that are there.
    func append(_ bytes: [UInt8]) throws {
        try state.withLock { state in
            guard var writer = state.writer.take() else { throw PartialBlob.closed }
            try writer.append(bytes)
            if var hasher = state.hasher.take() {
                hasher.update(bytes)
                state.hasher = consume hasher
            }
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
    func finish() throws -> FetchedFile {
        try state.withLock { state in
            guard let writer = state.writer.take() else { throw PartialBlob.closed }
            let size = writer.written
            if let got = state.hasher.take()?.finalize(), case .integrity(let wanted) = file.check, !wanted.matches(got)
            {
                writer.discard()
                state = try PartialBlob.open(file, session)
                let found = Integrity(wanted.algorithm, bytes: got)
                throw Fault.wrongContent("the content does not match its integrity: expected \(wanted), got \(found)")
            }
            do { return FetchedFile(digest: try writer.finish(), size: size) } catch let error as BerthError
                where error.status == .damaged
            {
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
