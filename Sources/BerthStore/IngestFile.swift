internal import BerthArchive
internal import BerthSystem
internal import Synchronization
internal import SystemPackage

/// A file below `ingest/`, claimed by a lock on itself: whoever finds it unlocked knows that its process is gone.
final class IngestFile: Sendable {
    private let lock: FileLock
    private let path: FilePath
    private let outlivesProcess: Bool
    private let isSettled = Mutex(false)

    private init(lock: consuming FileLock, path: FilePath, outlivesProcess: Bool) {
        self.lock = lock
        self.path = path
        self.outlivesProcess = outlivesProcess
    }

    deinit { if !outlivesProcess { remove() } }

    /// A new file under a name of its own.
    static func fresh(in store: Store) throws -> IngestFile {
        for _ in 0..<8 {
            let path = store.root.appending("ingest").appending("\(UniqueName.make()).part")
            if let file = try claim(path, options: [.create, .exclusiveCreate], outlivesProcess: false) { return file }
        }
        throw BerthError(.failed, "cannot claim a file to write to", place: store.root.appending("ingest").string)
    }

    /// The file in which a download of this content goes on; nil while another process writes it.
    static func partial(of digest: Digest, in store: Store) throws -> IngestFile? {
        let path = store.root.appending("ingest").appending("partial-\(digest.hex)")
        return try claim(path, options: .create, outlivesProcess: true)
    }

    /// Nil when another process has it, or had it and renamed or removed it before the lock was ours.
    private static func claim(
        _ path: FilePath, options: FileDescriptor.OpenOptions, outlivesProcess: Bool
    ) throws -> IngestFile? {
        guard let lock = try FileLock.tryAcquire(path, .exclusive, options: options.union(.noFollow)) else {
            return nil
        }
        guard try lock.isAt(path) else { return nil }
        return IngestFile(lock: lock, path: path, outlivesProcess: outlivesProcess)
    }

    func write(_ bytes: RawSpan) throws { try lock.write(bytes, path) }

    func read(into buffer: inout [UInt8]) throws -> Int { try lock.read(into: &buffer, path) }

    func empty() throws { try lock.empty(path) }

    /// Makes the contents final and gives them their name; after a failure nothing is left.
    ///
    /// A partial file goes too: once an fsync has failed, a later one may succeed without the lost bytes.
    func install(at target: FilePath) throws {
        do {
            try lock.seal(path)
            try Files.rename(path, to: target)
        } catch {
            remove()
            throw error
        }
        isSettled.withLock { $0 = true }
    }

    /// Removes the file unless it has its name already.
    func remove() {
        isSettled.withLock { settled in
            if !settled { _ = try? Files.remove(path) }
            settled = true
        }
    }
}

/// Names that no other process or run chooses.
enum UniqueName {
    static func make() -> String {
        let number = UInt64.random(in: .min ... .max)
        return "\(Machine.processIdentifier)-" + String(number, radix: 16)
    }
}
