import BerthArchive
import BerthStore
import BerthSystem
import Foundation
import SystemPackage
import Testing

/// Canonical enough for tests.
func encode(_ value: some Encodable) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return Array(try encoder.encode(value))
}

struct DatabaseTests {
    @Test func `The index may be deleted at any moment; repair makes it again from the files`() async throws {
        try await withStore { store in
            _ = try store.addBlobs(1...3)
            for name in ["index.sqlite", "index.sqlite-wal", "index.sqlite-shm"] {
                try Files.remove(store.root.appending(name))
            }
            let report = try await store.check(readData: .all)
            #expect(report.isClean && report.notes == ["there is no index yet; the next repair makes one"])
            let more = try store.addBlobs(4...4)
            #expect(store.contains(more[0]))
            #expect(try await store.check().notes == ["3 blobs are not in the index yet"])
            #expect(try await store.repair().after.notes == [])
        }
    }

    @Test func `A damaged index is found and replaced; adding goes on meanwhile`() async throws {
        try await withStore { store in
            _ = try store.addBlobs(1...3)
            for suffix in ["-wal", "-shm"] { try Files.remove(store.root.appending("index.sqlite\(suffix)")) }
            try Files.writeAtomically(content(1, count: 9000), to: store.root.appending("index.sqlite"))
            #expect(try store.addBlobs(4...4).count == 1)
            #expect(try await store.check().problems.map(\.kind) == [.damagedDatabase])
            let repair = try await store.repair()
            #expect(repair.after.isClean && repair.after.notes.isEmpty)
        }
    }

    @Test func `Collection drops the rows of what it removes`() async throws {
        try await withStore { store in
            _ = try store.addBlobs(1...3)
            #expect(try store.collectLater().removed.count == 3)
            #expect(try await store.check().notes.isEmpty)
        }
    }

    @Test func `History keeps builds in order and outlives repair`() async throws {
        try await withStore { store in
            #expect(try store.history.builds().isEmpty)
            let records = (1...3).map { number in
                BuildRecord(
                    at: Int64(1000 + number), image: number == 2 ? "node" : "python", version: "2026.11.2\(number)",
                    digest: .of("\(number)"), seconds: 1.5, bytes: ByteCount(number))
            }
            for record in records { try store.history.add(record) }
            #expect(try store.history.builds() == records.reversed())
            #expect(try store.history.builds(of: "python", limit: 1) == [records[2]])
            _ = try await store.repair()
            #expect(try store.history.builds().count == 3)
        }
    }

    @Test func `Of a damaged history the readable builds are saved, and the file is kept`() async throws {
        try await withStore { store in
            for number in 1...40 {
                try store.history.add(
                    BuildRecord(
                        at: Int64(number), image: "python", version: String(repeating: "v", count: 2000),
                        digest: .of("\(number)"), seconds: 1,
                        bytes: ByteCount(1)))
            }
            let path = store.root.appending("history.sqlite")
            var bytes = try Files.read(path)
            #expect(bytes.count > 40_000)
            for index in bytes.count / 2..<bytes.count / 2 + 4096 { bytes[index] = 0xAA }
            try Files.writeAtomically(bytes, to: path)
            #expect(try await store.check().problems.map(\.kind) == [.damagedDatabase])
            let repair = try await store.repair()
            #expect(repair.after.isClean)
            let saved = try store.history.builds(limit: 1000).count
            #expect(saved > 10 && saved < 40)
            #expect(try Files.list(store.root).contains { $0.hasPrefix("history-damaged-") })
        }
    }
}
