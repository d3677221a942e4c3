import BerthArchive
import BerthStore
import BerthSystem
import BerthTestSupport
import Foundation
import SystemPackage
import Testing

/// A store in a folder of its own, which goes away with the last reference.
final class TemporaryStore: Sendable {
    let folder: TemporaryFolder
    let store: Store

    init() throws {
        folder = try TemporaryFolder("store")
        store = try Store.open(folder.path.appending("home"))
    }
}

/// Runs a test with a store of its own.
func withStore<Result>(_ body: (Store) async throws -> Result) async throws -> Result {
    let temporary = try TemporaryStore()
    defer { withExtendedLifetime(temporary) {} }
    return try await body(temporary.store)
}

/// Bytes that compress badly and differ by seed.
func content(_ seed: UInt64, count: Int) -> [UInt8] {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    return (0..<count).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return UInt8(truncatingIfNeeded: state >> 33)
    }
}

/// The error a piece of work throws; nil when it throws none of ours.
func failure(_ work: () throws -> Void) -> BerthError? {
    do { try work() } catch { return error as? BerthError }
    return nil
}

/// Expects a piece of work to end with one of our errors, of that status.
func expectFailure(
    _ status: BerthSystem.ExitStatus, at place: SourceLocation = #_sourceLocation, _ work: () throws -> Void
) {
    #expect(failure(work)?.status == status, sourceLocation: place)
}

extension Store {
    /// Adds blobs and ends the lease at once.
    func addBlobs(_ seeds: ClosedRange<UInt64>, size: Int = 1000) throws -> [Digest] {
        let session = try beginIngest(purpose: "test")
        defer { session.release() }
        let digests = try seeds.map { try session.add(content($0, count: size)) }
        try session.commit()
        return digests
    }

    /// A version record that keeps blobs.
    @discardableResult
    func addRoot(_ blobs: [Digest], name: String = "test") throws -> Digest {
        let list = blobs.map { "\"\($0)\"" }.joined(separator: ",")
        return try roots.add(Array("{\"blobs\":[\(list)],\"name\":\"\(name)\"}".utf8))
    }

    /// A collection an hour and more from now, with no reserve.
    func collectLater(seconds: Int64 = 7200, dryRun: Bool = false) throws -> CollectionReport {
        var policy = CollectionPolicy()
        policy.isDryRun = dryRun
        policy.reserve = ByteCount(0)
        policy.patience = 0.2
        return try collect(policy, now: Machine.now + seconds)
    }
}
