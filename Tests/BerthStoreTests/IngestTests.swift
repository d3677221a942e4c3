import BerthArchive
import BerthStore
import BerthSystem
import Foundation
import SystemPackage
import Testing

struct IngestTests {
    @Test func `A blob written in pieces is found under its digest, read-only, and reads back`() async throws {
        try await withStore { store in
            let bytes = content(1, count: 300_000)
            let session = try store.beginIngest(purpose: "test")
            var writer = try session.writer(expecting: .of(bytes), size: ByteCount(bytes.count))
            for start in stride(from: 0, to: bytes.count, by: 70_000) {
                try writer.append(Array(bytes[start..<min(start + 70_000, bytes.count)]).span.bytes)
            }
            #expect(writer.written == ByteCount(300_000))
            let digest = try writer.finish()
            try session.commit()
            session.release()
            #expect(digest == Digest.of(bytes))
            #expect(store.contains(digest, size: ByteCount(300_000)))
            #expect(!store.contains(digest, size: ByteCount(299_999)))
            #expect(try store.read(digest, limit: ByteCount(1 << 20)) == bytes)
            #expect(try Files.facts(store.path(of: digest))?.mode == 0o444)
            #expect(try Files.list(store.root.appending("ingest")).isEmpty)
            #expect(try Files.list(store.root.appending("leases")).isEmpty)
        }
    }

    @Test func `Wrong, short and long content is refused, named, and leaves nothing`() async throws {
        try await withStore { store in
            let session = try store.beginIngest(purpose: "test")
            let bytes = content(2, count: 1000)
            func write(_ given: [UInt8], size: Int?) -> BerthError? {
                failure {
                    var writer = try session.writer(expecting: .of(bytes), size: size.map { ByteCount($0) })
                    try writer.append(given.span.bytes)
                    _ = try writer.finish()
                }
            }
            let wrong = write(content(3, count: 1000), size: 1000)
            #expect(wrong?.status == .damaged)
            #expect(wrong?.what.contains("\(Digest.of(bytes))") == true)
            #expect(wrong?.what.contains("\(Digest.of(content(3, count: 1000)))") == true)
            #expect(write(Array(bytes.prefix(999)), size: 1000)?.what.contains("999 of 1000") == true)
            #expect(write(bytes + [0], size: 1000)?.status == .damaged)
            #expect(write(bytes + [0], size: nil)?.status == .damaged)
            #expect(try Files.list(store.root.pushing("blobs/sha256")).isEmpty)
            #expect(try Files.list(store.root.appending("ingest")).isEmpty)
        }
    }

    @Test func `A dropped writer leaves nothing, a resumable one goes on where it stopped`() async throws {
        try await withStore { store in
            let session = try store.beginIngest(purpose: "test")
            let bytes = content(4, count: 100_000)
            let digest = Digest.of(bytes)
            try {
                var writer = try session.writer()
                try writer.append(bytes.span.bytes)
            }()
            #expect(try Files.list(store.root.appending("ingest")).isEmpty)
            try {
                var writer = try session.resumableWriter(expecting: digest, size: ByteCount(100_000))
                try writer.append(Array(bytes[..<60_000]).span.bytes)
                // While one writer has the partial file, another starts afresh.
                let other = try session.resumableWriter(expecting: digest, size: ByteCount(100_000))
                #expect(other.written == ByteCount(0))
                other.discard()
            }()
            #expect(try Files.list(store.root.appending("ingest")) == ["partial-\(digest.hex)"])
            var writer = try session.resumableWriter(expecting: digest, size: ByteCount(100_000))
            #expect(writer.written == ByteCount(60_000))
            try writer.append(Array(bytes[60_000...]).span.bytes)
            #expect(try writer.finish() == digest)
            #expect(try store.read(digest, limit: ByteCount(1 << 20)) == bytes)
            #expect(try Files.list(store.root.appending("ingest")).isEmpty)
        }
    }

    @Test func `Adding the same bytes twice keeps one file and leases it`() async throws {
        try await withStore { store in
            let session = try store.beginIngest(purpose: "test")
            let first = try session.add(Array("hello".utf8))
            let inode = try Files.facts(store.path(of: first))?.inode
            #expect(try session.add(Array("hello".utf8)) == first)
            #expect(try Files.facts(store.path(of: first))?.inode == inode)
            let leases = try Files.list(store.root.appending("leases"))
            #expect(leases.count == 1)
            let text = try Files.readText(store.root.appending("leases").appending(leases[0]))
            #expect(text.contains("\(first)\n"))
        }
    }
}
