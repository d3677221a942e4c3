import BerthArchive
import BerthReport
import BerthSystem
import BerthTestSupport
import Synchronization
import SystemPackage
import Testing

@testable import BerthRegistry

@Suite struct FetchTests {
    @Test func `Files arrive in the store under their digests`() async throws {
        let small = bytes(10)
        let large = bytes(3_000_000, seed: 2)
        try await Harbour.open { harbour in
            try await Mirror.serving(["pool/a b~1+x.deb": small, "large": large, "empty": []]) { mirror in
                let files = try [
                    mirror.file("pool/a b~1+x.deb", small), mirror.file("large", large), mirror.file("empty", []),
                ]
                try await harbour.fetch(files)
                #expect(try harbour.contents(files[0]) == small)
                #expect(try harbour.contents(files[1]) == large)
                #expect(try harbour.contents(files[2]).isEmpty)
                #expect(mirror.requests.first { $0.path.hasPrefix("pool") }?.target == "/pool/a%20b~1%2Bx.deb")
                #expect(try harbour.partials.isEmpty)
            }
        }
    }

    @Test func `What the store has is not fetched again`() async throws {
        let contents = bytes(1000)
        try await Harbour.open { harbour in
            try await Mirror.serving(["a": contents]) { mirror in
                let file = try mirror.file("a", contents)
                try await harbour.fetch([file, file])
                try await harbour.fetch([file])
                #expect(mirror.requests.count == 1)
            }
        }
    }

    @Test func `Progress counts every byte once, and says how it ended`() async throws {
        let contents = bytes(2_000_000)
        try await Harbour.open { harbour in
            try await Mirror.serving(["a": contents]) { mirror in
                mirror.set(.drop(after: 700_000), for: "a", times: 1)
                try await harbour.fetch([mirror.file("a", contents)])
                let events = harbour.sink.events
                #expect(events.first == .started(step: "fetch", total: 2_000_000, unit: .bytes))
                #expect(events.last == .ended(step: "fetch", note: "1 file, 2.0 MB"))
                #expect(events.contains(.moved(step: "fetch", done: 2_000_000)))
                #expect(harbour.sink.lines.count == 1)
                #expect(harbour.sink.lines[0].hasPrefix("trying a again: the connection was cut (\(mirror.address)/a)"))
            }
        }
    }

    @Test func `Two hundred small files share a few connections`() async throws {
        let files = Dictionary(uniqueKeysWithValues: (0..<200).map { ("f\($0)", bytes(500, seed: UInt64($0 + 1))) })
        try await Harbour.open { harbour in
            try await Mirror.serving(files) { mirror in
                try await harbour.fetch(files.map { try mirror.file($0.key, $0.value) })
                #expect(try harbour.blobs.count == 200)
                #expect(mirror.requests.count == 200)
                #expect(mirror.peakConnections <= 6)
            }
        }
    }

    @Test func `The biggest file goes first`() async throws {
        let files = ["a": bytes(10), "b": bytes(30), "c": bytes(20)]
        var policy = Harbour.policy
        policy.parallel = 1
        try await Harbour.open { harbour in
            try await Mirror.serving(files) { mirror in
                try await harbour.fetch(files.map { try mirror.file($0.key, $0.value) }, policy: policy)
                #expect(mirror.requests.map(\.path) == ["b", "c", "a"])
            }
        }
    }

    @Test func `A folder serves as a mirror, links included, with the same checks`() async throws {
        let contents = bytes(1_500_000)
        try await Harbour.open { harbour in
            let folder = harbour.root.appending("mirror")
            try Files.makeDirectory(folder)
            try Files.writeAtomically(contents, to: folder.appending("a file"))
            try Files.writeAtomically(bytes(1_500_000, seed: 9), to: folder.appending("wrong"))
            let base = try Address("file://\(folder.string)")
            func file(_ name: String) -> RemoteFile {
                RemoteFile(
                    name: name, digest: Digest.of(contents), size: ByteCount(contents.count),
                    addresses: [base.appending(path: name)])
            }
            let wrong = try await failure { try await harbour.fetch([file("wrong")]) }
            #expect(wrong.status == .damaged)
            #expect(try harbour.blobs.isEmpty)
            let folderItself = try await failure { try await harbour.fetch([file("")]) }
            #expect(folderItself.what.contains("this is no regular file"))
            let missing = try await failure(MissingFiles.self) { try await harbour.fetch([file("none")]) }
            #expect(missing.names == ["none"])
            try await harbour.fetch([file("a file")], offline: true)
            #expect(try harbour.contents(file("a file")) == contents)
        }
    }

    @Test func `Offline makes no connection and names every missing file`() async throws {
        let contents = bytes(100)
        try await Harbour.open { harbour in
            try await Mirror.serving(["a": contents]) { mirror in
                let there = try mirror.file("a", contents)
                try await harbour.fetch([there])
                let asked = mirror.requests.count
                try await harbour.fetch([there], offline: true)
                let error = try await failure {
                    try await harbour.fetch(
                        [there, mirror.file("y.deb", bytes(5)), mirror.file("x.whl", bytes(6))], offline: true)
                }
                #expect(error.what == "2 files are not in the store, and offline nothing is fetched: x.whl, y.deb")
                #expect(error.remedy?.contains("--offline") == true)
                let document = try await failure {
                    _ = try await harbour.fetcher(offline: true)
                        .document([Address(mirror.address)], limit: ByteCount(10))
                }
                #expect(document.done == "no connection was made")
                #expect(mirror.requests.count == asked)
            }
        }
    }

    @Test func `Cancelling ends the transfer, and what has arrived is kept for the next`() async throws {
        let contents = bytes(1_000_000)
        try await Harbour.open { harbour in
            try await Mirror.serving(["a": contents]) { mirror in
                mirror.set(.stall(after: 600_000), for: "a", times: 1)
                let file = try mirror.file("a", contents)
                let task = Task { try await harbour.fetch([file]) }
                while !harbour.sink.events.contains(where: { if case .moved(_, 1...) = $0 { true } else { false } }) {
                    try await Task.sleep(for: .milliseconds(5))
                }
                task.cancel()
                await #expect(throws: CancellationError.self) { try await task.value }
                #expect(try harbour.blobs.isEmpty)
                try await harbour.fetch([file])
                #expect(mirror.requests.count == 2)
                #expect(mirror.requests[1]["range"]?.hasPrefix("bytes=") == true)
                #expect(try harbour.contents(file) == contents)
            }
        }
    }
}
