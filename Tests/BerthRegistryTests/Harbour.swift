import BerthArchive
import BerthReport
import BerthStore
import BerthSystem
import BerthTestSupport
import Foundation
import Synchronization
import SystemPackage
import Testing

@testable import BerthRegistry

/// What a test of fetching needs: a store of its own, connections of its own, and waits that are over at once.
final class Harbour: Sendable {
    let root: FilePath
    let store: Store
    let transport: Transport
    let sink = Heard()

    init(environment: [String: String] = [:]) throws {
        root = FilePath(FileManager.default.temporaryDirectory.path).appending("berth-fetch-\(UUID().uuidString)")
        try Files.makeDirectory(root)
        store = try Store.open(root.appending("store"))
        transport = Transport(environment: environment)
    }

    /// Runs a test with a harbour of its own, and tidies up after it.
    static func open<Result>(
        environment: [String: String] = [:], _ body: (Harbour) async throws -> Result
    ) async throws -> Result {
        let harbour = try Harbour(environment: environment)
        do {
            let result = try await body(harbour)
            await harbour.close()
            return result
        } catch {
            await harbour.close()
            throw error
        }
    }

    private func close() async {
        await transport.shutDown()
        try? Files.removeTree(root)
    }

    static var policy: FetchPolicy {
        var policy = FetchPolicy()
        policy.firstWait = .milliseconds(1)
        policy.longestWait = .milliseconds(20)
        policy.trickle = ByteCount(1)
        return policy
    }

    /// Fetches in a session of its own, released at the end as when the process ends.
    func fetch(_ files: [RemoteFile], policy: FetchPolicy = Harbour.policy, offline: Bool = false) async throws {
        try await fetcher(policy: policy, offline: offline).fetch(files)
    }

    func fetcher(policy: FetchPolicy = Harbour.policy, offline: Bool = false) throws -> Fetcher {
        Fetcher(
            store: store, session: try store.beginIngest(purpose: "test"), progress: sink, policy: policy,
            offline: offline, transport: transport)
    }

    /// The names of all blobs.
    var blobs: [String] { get throws { try Files.list(root.pushing("store/blobs/sha256")) } }

    /// Files that wait to be completed.
    var partials: [String] { get throws { try Files.list(root.pushing("store/ingest")) } }

    func contents(_ file: RemoteFile) throws -> [UInt8] { try store.read(file.digest, limit: ByteCount(1 << 30)) }
}

/// Remembers what was reported.
final class Heard: ProgressSink {
    private let all = Mutex<[ProgressEvent]>([])
    func report(_ event: ProgressEvent) { all.withLock { $0.append(event) } }
    var events: [ProgressEvent] { all.withLock { $0 } }

    /// Lines for people.
    var lines: [String] {
        events.compactMap { event in
            if case .said(let line) = event { line } else { nil }
        }
    }
}

/// Bytes that no two positions share for long, the same for every run.
func bytes(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    return (0..<count).map { _ in
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return UInt8(truncatingIfNeeded: state)
    }
}

extension Mirror {
    /// The promise of what this mirror serves under a path; other mirrors may be tried before or after it.
    func file(_ path: String, _ contents: [UInt8], also other: [String] = []) throws -> RemoteFile {
        RemoteFile(
            name: path, digest: Digest.of(contents), size: ByteCount(contents.count),
            addresses: try ([address] + other).map { try Address($0).appending(path: path) })
    }
}

extension MirrorRequest {
    /// The first byte that was asked for.
    var start: Int { Int((self["range"] ?? "").drop { !$0.isNumber }.prefix { $0.isNumber }) ?? 0 }
}

/// The error of a kind that something throws.
func failure<Failure: Error>(
    _ kind: Failure.Type = BerthError.self, sourceLocation: SourceLocation = #_sourceLocation,
    _ work: () async throws -> Void
) async throws -> Failure {
    do {
        try await work()
    } catch let error as Failure {
        return error
    }
    Issue.record("nothing was thrown", sourceLocation: sourceLocation)
    throw CancellationError()
}
