import BerthArchive
import BerthStore
import BerthSystem
import BerthTestSupport
import SystemPackage
import Testing

/// Damages a file in place, as a failing disk does.
private func damage(_ path: FilePath, _ change: (inout [UInt8]) -> Void) throws {
    var bytes = try Files.read(path)
    change(&bytes)
    try Files.remove(path)
    try Files.writeAtomically(bytes, to: path)
}

struct CheckTests {
    @Test func `A whole store is clean, and says how much was read`() async throws {
        try await withStore { store in
            try store.addRoot(try store.addBlobs(1...3, size: 700))
            _ = try addImage(to: store, name: "img")
            let report = try await store.check(readData: .all)
            #expect(report.isClean && report.blobs == 6 && report.blobsRead == 6 && report.bytesRead == report.bytes)
            #expect(report.notes.isEmpty)
            #expect(try await store.check().blobsRead == 0)
            #expect(try await store.check(readData: .sample(percent: 0)).blobsRead == 0)
            #expect(try await store.check(readData: .sample(percent: 100)).blobsRead == 6)
        }
    }

    @Test func `A flipped bit is found by reading, reported by name, quarantined, and comes back with the next add`()
        async throws
    {
        try await withStore { store in
            let blobs = try store.addBlobs(1...3)
            try store.addRoot(blobs)
            try damage(store.path(of: blobs[1])) { $0[500] ^= 4 }
            #expect(try await store.check().isClean)
            let report = try await store.check(readData: .all)
            #expect(report.problems.map(\.kind) == [.damagedBlob])
            #expect(report.problems[0].subject == "\(blobs[1])")
            expectFailure(.damaged) { _ = try store.read(blobs[1], limit: ByteCount(5000)) }
            let repair = try await store.repair()
            #expect(repair.actions.count == 2)
            #expect(repair.after.problems.map(\.kind) == [.missingBlob])
            #expect(!store.contains(blobs[1]))
            _ = try store.addBlobs(2...2)
            #expect(try await store.check(readData: .all).isClean)
        }
    }

    @Test(arguments: [0, 999, 1001])
    func `A blob of another size is found without reading it, and the next add replaces it`(size: Int) async throws {
        try await withStore { store in
            let blobs = try store.addBlobs(1...2)
            try damage(store.path(of: blobs[0])) { $0 = Array(($0 + [0]).prefix(size)) }
            #expect(try await store.check().problems.map(\.kind) == [.damagedBlob])
            #expect(!store.contains(blobs[0], size: ByteCount(1000)))
            #expect(try store.addBlobs(1...1) == [blobs[0]])
            #expect(try await store.check(readData: .all).isClean)
        }
    }

    @Test func `A symlink or folder in place of a blob is refused and moved away`() async throws {
        try await withStore { store in
            let blobs = try store.addBlobs(1...2)
            try Files.rename(store.path(of: blobs[0]), to: store.root.appending("ingest").appending("elsewhere"))
            _ = try await Command("/bin/ln", ["-s", "../../ingest/elsewhere", store.path(of: blobs[0]).string]).output()
            try Files.remove(store.path(of: blobs[1]))
            try Files.makeDirectory(store.path(of: blobs[1]))
            #expect(!store.contains(blobs[0]) && !store.contains(blobs[1]))
            expectFailure(.damaged) { _ = try store.read(blobs[0], limit: ByteCount(5000)) }
            #expect(try await store.check().problems.map(\.kind) == [.unreadableBlob, .unreadableBlob])
            #expect(try await store.repair().after.isClean)
        }
    }

    @Test func `Missing parts of images and versions are named with what needs them`() async throws {
        try await withStore { store in
            let blobs = try store.addBlobs(1...2)
            try store.addRoot(blobs)
            let image = try addImage(to: store, name: "img")
            let other = try addImage(to: store, name: "gone", seed: 2)
            try Files.remove(store.path(of: blobs[0]))
            try Files.remove(store.path(of: image.blobs[1]))
            try Files.remove(store.path(of: other.ref.digest))
            let report = try await store.check()
            #expect(Set(report.problems.map(\.kind)) == [.missingBlob, .danglingRef])
            #expect(report.problems.contains { $0.subject == "\(image.blobs[1])" && $0.text.contains("image img") })
            #expect(report.problems.contains { $0.subject == "gone" })
            let repair = try await store.repair()
            #expect(repair.actions.contains { $0.contains("dropped the name gone") })
            #expect(try store.refs.list().map(\.name) == ["img"])
            #expect(Set(repair.after.problems.map(\.kind)) == [.missingBlob])
        }
    }

    @Test(arguments: ["{", nil]) func `A lost or damaged index.json comes back from the versions`(text: String?)
        async throws
    {
        try await withStore { store in
            let (ref, blobs) = try addImage(to: store, name: "python:2026.11.23")
            struct Record: Encodable {
                var blobs: [Digest]
                var refs: [Ref]
            }
            try store.roots.add(try encode(Record(blobs: blobs, refs: [ref])))
            let path = store.root.appending("index.json")
            if let text { try Files.writeAtomically(text, to: path) } else { try Files.remove(path) }
            expectFailure(.damaged) { _ = try store.refs.list() }
            expectFailure(.damaged) { _ = try store.collectLater() }
            #expect(try await store.check().problems.map(\.kind) == [.damagedNames])
            let repair = try await store.repair()
            #expect(repair.after.isClean)
            #expect(try store.refs.list() == [ref])
        }
    }

    @Test func `Damaged records go to the trash, and the rest of the store works on`() async throws {
        try await withStore { store in
            let blobs = try store.addBlobs(1...2)
            let id = try store.addRoot([blobs[0]])
            try store.addRoot([blobs[1]], name: "other")
            let folder = store.root
            try damage(folder.appending("versions").appending("\(id.hex).json")) { $0.removeLast() }
            try Files.writeAtomically("{", to: folder.appending("pins").appending("\(id.hex).json"))
            try Files.writeAtomically("", to: folder.appending("leases").appending("1-2.timed"))
            #expect(try await store.check().problems.map(\.kind) == [.damagedRecord, .damagedRecord, .damagedRecord])
            #expect(try await store.repair().after.isClean)
            #expect(try store.roots.list().count == 1)
            #expect(try store.collectLater().removed.map(\.digest) == [blobs[0]])
        }
    }

    @Test func `A store whose folder of versions is gone removes nothing until it is repaired`() async throws {
        try await withStore { store in
            let blobs = try store.addBlobs(1...2)
            try Files.removeTree(store.root.appending("versions"))
            expectFailure(.damaged) { _ = try store.collectLater() }
            #expect(store.contains(blobs[0]) && store.contains(blobs[1]))
            #expect(try await store.check().problems.map(\.kind) == [.damagedRecord])
            let repair = try await store.repair()
            #expect(repair.after.isClean && repair.actions.contains { $0.contains("versions") })
        }
    }

    @Test(.linuxOnly("strace")) func `A blob that the disk cannot read is named and quarantined`() async throws {
        try await withStore { store in
            let blobs = try store.addBlobs(1...2)
            let place = store.path(of: blobs[0])
            let outcome = try await ProbeProcess.run(store, inject: "read:error=EIO", on: place, ["check"])
            #expect(outcome.code == BerthSystem.ExitStatus.damaged.rawValue)
            #expect(outcome.output.contains("unreadableBlob: \(blobs[0])"), "\(outcome.output)\(outcome.errors)")
            let repair = try await ProbeProcess.run(store, inject: "read:error=EIO", on: place, ["repair"])
            #expect(repair.output.contains("moved the damaged blob"), "\(repair.output)\(repair.errors)")
            #expect(!Files.exists(place) && Files.exists(store.path(of: blobs[1])))
        }
    }

    @Test func `Files of others are noted and left alone`() async throws {
        try await withStore { store in
            try Files.writeAtomically("", to: store.root.appending(".DS_Store"))
            try Files.writeAtomically("x", to: store.root.appending("notes.txt"))
            try Files.writeAtomically("x", to: store.root.pushing("blobs/sha256/backup~"))
            let report = try await store.check(readData: .all)
            #expect(report.isClean)
            #expect(report.notes.contains { $0.contains("notes.txt") && $0.contains("backup~") })
            _ = try await store.repair()
            _ = try store.collectLater()
            #expect(Files.exists(store.root.pushing("blobs/sha256/backup~")))
        }
    }
}
