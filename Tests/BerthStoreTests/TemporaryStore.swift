import BerthArchive
import BerthStore
import BerthSystem
import Foundation
import SystemPackage

/// Runs a test with a store in a folder of its own, which goes away afterwards.
func withStore<Result>(_ body: (Store) throws -> Result) throws -> Result {
    let folder = FilePath(NSTemporaryDirectory()).appending("berth-store-\(UUID().uuidString)")
    defer { try? Files.removeTree(folder) }
    return try body(try Store.open(folder))
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
    do { try work() } catch let error as BerthError { return error } catch { return nil }
    return nil
}
