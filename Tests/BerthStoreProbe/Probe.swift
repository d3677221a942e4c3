import BerthArchive
import BerthStore
import BerthSystem
import Foundation
import SystemPackage

/// Works on a store as the tests ask, one line of output for each thing that is done and durable.
@main
struct Probe {
    let store: Store
    let numbers: [Int]

    /// `BerthStoreProbe ROOT VERB NUMBER…`; ends with the status of the error, which goes to stderr.
    static func main() async {
        let arguments = CommandLine.arguments
        let status: ExitStatus
        do {
            let store = try Store.open(FilePath(arguments[1]))
            try await Probe(store: store, numbers: arguments.dropFirst(3).compactMap { Int($0) }).run(arguments[2])
            status = .ok
        } catch {
            _ = try? FileDescriptor.standardError.writeAll("\(error)\n".utf8)
            status = (error as? BerthError)?.status ?? .failed
        }
        exit(status.rawValue)
    }

    private func run(_ verb: String) async throws {
        switch verb {
        case "add": try add(seed: numbers[0], count: numbers[1], size: numbers[2])
        case "download": try download(seed: numbers[0], size: numbers[1])
        case "churn": try churn(seed: numbers[0], rounds: numbers[1])
        case "hold": try hold(seed: numbers[0], size: numbers[1])
        case "collect": try collect(grace: numbers[0], rounds: numbers.count > 1 ? numbers[1] : 1)
        case "reserve": try collect(grace: 3600, rounds: 1, reserve: numbers[0])
        case "check": try await check()
        case "repair": for action in try await store.repair().actions { try say(action) }
        default: throw BerthError(.usage, "no verb \(verb)")
        }
    }

    /// Adds blobs and a version record that keeps them.
    private func add(seed: Int, count: Int, size: Int) throws {
        let session = try store.beginIngest(purpose: "probe add")
        let digests = try (seed..<seed + count).map { try session.add(content(UInt64($0), count: size)) }
        try session.commit()
        let list = digests.map { "\"\($0)\"" }.joined(separator: ",")
        let root = try store.roots.add(Array("{\"blobs\":[\(list)]}".utf8))
        session.release()
        try say("\(root)")
    }

    /// Writes one blob the way a download does, going on where an earlier process stopped.
    private func download(seed: Int, size: Int) throws {
        let bytes = content(UInt64(seed), count: size)
        let session = try store.beginIngest(purpose: "probe download")
        var writer = try session.resumableWriter(expecting: .of(bytes), size: ByteCount(size))
        try say("from \(writer.written.value)")
        for start in stride(from: Int(writer.written.value), to: size, by: 10_000) {
            try writer.append(Array(bytes[start..<min(start + 10_000, size)]).span.bytes)
        }
        try say("\(try writer.finish())")
        try session.commit()
        session.release()
    }

    /// Adds versions from a small pool of blobs and drops the one before, so that content comes, goes and comes back.
    private func churn(seed: Int, rounds: Int) throws {
        var before: Digest?
        for round in 0..<rounds {
            let session = try store.beginIngest(purpose: "probe churn")
            let chosen = (0..<6).map { UInt64((seed + round * 7 + $0 * 5) % 24) }
            let digests = try chosen.map { try session.add(content($0, count: 3000)) }
            try session.commit()
            for digest in digests { _ = try store.read(digest, limit: ByteCount(4000)) }
            let list = digests.map { "\"\($0)\"" }.joined(separator: ",")
            let root = try store.roots.add(Array("{\"blobs\":[\(list)],\"seed\":\(seed),\"round\":\(round)}".utf8))
            session.release()
            if let before { try store.roots.remove(before) }
            before = root
            try say("\(root)")
        }
    }

    /// Holds a lease on one blob until its input ends.
    private func hold(seed: Int, size: Int) throws {
        let session = try store.beginIngest(purpose: "probe hold")
        try say("\(try session.add(content(UInt64(seed), count: size)))")
        _ = try? FileHandle.standardInput.readToEnd()
        session.release()
    }

    private func collect(grace: Int, rounds: Int, reserve: Int = 0) throws {
        var policy = CollectionPolicy()
        policy.grace = Int64(grace)
        policy.reserve = ByteCount(reserve)
        policy.patience = 60
        for _ in 0..<rounds { try say("removed \(try store.collect(policy).removed.count)") }
    }

    private func check() async throws {
        let report = try await store.check(readData: .all)
        for problem in report.problems { try say("\(problem.kind): \(problem.subject): \(problem.text)") }
        guard report.isClean else { throw BerthError(.damaged, "\(report.problems.count) problems") }
        try say("clean: \(report.blobs) blobs")
    }

    private func say(_ line: String) throws { try FileDescriptor.standardOutput.writeAll("\(line)\n".utf8) }
}

/// Bytes that compress badly and differ by seed, as the tests make them.
private func content(_ seed: UInt64, count: Int) -> [UInt8] {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    return (0..<count).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return UInt8(truncatingIfNeeded: state >> 33)
    }
}
