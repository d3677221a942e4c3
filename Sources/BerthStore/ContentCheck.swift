package import BerthArchive
internal import BerthReport
internal import BerthSystem
internal import Synchronization
internal import SystemPackage

/// Hashes blobs and compares them with their names, as many at once as the machine has processors.
struct ContentCheck {
    let store: Store
    let progress: any ProgressSink
    private static let step = "Reading content"

    func run(_ blobs: [BlobFolder.Blob]) async throws -> [CheckReport.Problem] {
        guard !blobs.isEmpty else { return [] }
        let total = blobs.reduce(ByteCount(0)) { $0 + $1.size }
        let (store, progress, done) = (store, progress, Progressed())
        progress.report(.started(step: Self.step, total: total.value, unit: .bytes))
        let found = try await inParallel(blobs, limit: Machine.processors) { blob in
            let problem = try await offload { Self.problem(with: blob.digest, in: store) }
            progress.report(.moved(step: Self.step, done: done.add(blob.size)))
            return problem
        }
        let problems = found.compactMap(\.self)
        progress.report(.ended(step: Self.step, note: problems.isEmpty ? nil : "\(problems.count) damaged"))
        return problems
    }

    private final class Progressed: Sendable {
        private let bytes = Mutex<Int64>(0)
        func add(_ size: ByteCount) -> Int64 {
            bytes.withLock { sum in
                sum += size.value
                return sum
            }
        }
    }

    /// Nil when the content is whole, or went away with a collection meanwhile.
    private static func problem(with digest: Digest, in store: Store) -> CheckReport.Problem? {
        do {
            let got = try store.hash(digest)
            guard got != digest else { return nil }
            return .init(kind: .damagedBlob, subject: "\(digest)", text: "its content hashes to \(got)")
        } catch {
            guard Files.exists(store.path(of: digest)) else { return nil }
            return .init(kind: .unreadableBlob, subject: "\(digest)", text: "\(error)")
        }
    }
}

extension Store {
    /// The digest of what a blob's file really holds.
    package func hash(_ digest: Digest) throws -> Digest {
        let place = path(of: digest)
        let descriptor = try Files.open(place, .readOnly, options: .noFollow)
        defer { try? descriptor.close() }
        var hasher = Hasher()
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        do {
            while case let count = try buffer.withUnsafeMutableBytes({ try descriptor.read(into: $0) }), count > 0 {
                hasher.update(buffer.span.extracting(..<count).bytes)
            }
        } catch let error as Errno { throw BerthError(errno: error.rawValue, "read", place.string) }
        return hasher.finalize()
    }
}
