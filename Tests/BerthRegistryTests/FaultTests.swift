import BerthArchive
import BerthReport
import BerthSystem
import BerthTestSupport
import SystemPackage
import Testing

@testable import BerthRegistry

@Suite struct FaultTests {
    private let contents = bytes(400_000, seed: 7)

    @Test func `A broken transfer goes on where it broke`() async throws {
        try await Harbour.open { harbour in
            try await Mirror.serving(["a": contents]) { mirror in
                mirror.set(.drop(after: 100_000), for: "a", times: 1)
                mirror.set(.drop(after: 50_000), for: "a", times: 1)
                let file = try mirror.file("a", contents)
                try await harbour.fetch([file])
                let starts = mirror.requests.map(\.start)
                #expect(starts[0] == 0)
                #expect((1...100_000).contains(starts[1]))
                #expect((starts[1] + 1...starts[1] + 50_000).contains(starts[2]))
                #expect(mirror.requests[1]["if-range"] == "\"\(file.digest.short)\"")
                #expect(try harbour.contents(file) == contents)
            }
        }
    }

    @Test func `A second run goes on with what the first one left`() async throws {
        var policy = Harbour.policy
        policy.attempts = 1
        try await Harbour.open { harbour in
            try await Mirror.serving(["a": contents]) { mirror in
                mirror.set(.drop(after: 123_456), for: "a", times: 1)
                let file = try mirror.file("a", contents)
                // The first run gives up for other reasons: as when it is killed, only the partial file is left.
                mirror.set(.status(500), for: "a", times: 1)
                let error = try await failure { try await harbour.fetch([file], policy: policy) }
                #expect(error.status == .temporary)
                #expect(try harbour.blobs.isEmpty)
                #expect(try harbour.partials.count == 1)
                try await harbour.fetch([file])
                #expect((1...123_456).contains(mirror.requests.last?.start ?? 0))
                #expect(mirror.requests.last?["if-range"] == nil)
                #expect(try harbour.contents(file) == contents)
                #expect(try harbour.partials.isEmpty)
            }
        }
    }

    @Test(arguments: [MirrorFault.ignoreRange, .wrongRange])
    func `A server that does not resume is asked for all of it`(_ fault: MirrorFault) async throws {
        try await Harbour.open { harbour in
            try await Mirror.serving(["a": contents]) { mirror in
                mirror.set(.drop(after: 100_000), for: "a", times: 1)
                mirror.set(fault, for: "a", times: 1)
                let file = try mirror.file("a", contents)
                try await harbour.fetch([file])
                #expect((1...100_000).contains(mirror.requests[1].start))
                #expect(try harbour.contents(file) == contents)
                #expect(harbour.sink.events.contains(.moved(step: "fetch", done: 400_000)))
            }
        }
    }

    @Test func `Bytes that another server left do not spoil a good one's`() async throws {
        let other = bytes(400_000, seed: 8)
        try await Harbour.open { harbour in
            try await Mirror.serving(["a": other]) { bad in
                try await Mirror.serving(["a": contents]) { good in
                    bad.set(.drop(after: 90_000), for: "a", times: 1)
                    let file = RemoteFile(
                        name: "a", digest: Digest.of(contents), size: ByteCount(contents.count),
                        addresses: try [bad, good].map { try Address($0.address).appending(path: "a") })
                    try await harbour.fetch([file])
                    #expect(good.requests.map { $0.start > 0 } == [true, false])
                    #expect(try harbour.contents(file) == contents)
                }
            }
        }
    }

    @Test func `Wrong bytes of the right length are refused, once more elsewhere, then for good`() async throws {
        try await Harbour.open { harbour in
            try await Mirror.serving(["a": contents]) { bad in
                try await Mirror.serving(["a": contents]) { alsoBad in
                    bad.set(.wrongBytes, for: "a")
                    alsoBad.set(.wrongBytes, for: "a")
                    let file = try bad.file("a", contents, also: [alsoBad.address])
                    let error = try await failure { try await harbour.fetch([file]) }
                    #expect(error.status == .damaged)
                    #expect(error.what.contains("expected \(file.digest), got sha256:"))
                    #expect(error.place == "\(bad.address)/a" || error.place == "\(alsoBad.address)/a")
                    #expect(error.remedy != nil)
                    #expect([bad.requests.count, alsoBad.requests.count] == [1, 1])
                    #expect(try harbour.blobs.isEmpty)
                    #expect(try harbour.partials.isEmpty)
                    alsoBad.heal("a")
                    try await harbour.fetch([file])
                    #expect(try harbour.contents(file) == contents)
                }
            }
        }
    }

    @Test func `Wrong bytes from the only address are tried once more`() async throws {
        try await Harbour.open { harbour in
            try await Mirror.serving(["a": contents]) { mirror in
                mirror.set(.wrongBytes, for: "a", times: 1)
                let file = try mirror.file("a", contents)
                try await harbour.fetch([file])
                #expect(mirror.requests.count == 2)
                #expect(mirror.requests[1]["range"] == nil)
            }
        }
    }

    @Test(arguments: [MirrorFault.truncate(to: 1000), .overlong])
    func `Another length than promised is never stored`(_ fault: MirrorFault) async throws {
        try await Harbour.open { harbour in
            try await Mirror.serving(["a": contents]) { mirror in
                mirror.set(fault, for: "a")
                let error = try await failure { try await harbour.fetch([mirror.file("a", contents)]) }
                #expect(error.status == .damaged)
                #expect(error.what.contains("expected 400000 bytes"))
                #expect(try harbour.blobs.isEmpty)
                #expect(try harbour.partials.isEmpty)
            }
        }
    }

    @Test(arguments: [MirrorFault.page, .disguisedPage])
    func `A web page is called a web page`(_ fault: MirrorFault) async throws {
        try await Harbour.open { harbour in
            try await Mirror.serving(["a": contents]) { mirror in
                mirror.set(fault, for: "a")
                let error = try await failure { try await harbour.fetch([mirror.file("a", contents)]) }
                #expect(error.status == .temporary)
                #expect(error.what.contains("answered with a web page, not with the file"))
                #expect(error.place == "\(mirror.address)/a")
                #expect(try harbour.blobs.isEmpty)
            }
        }
    }

    @Test func `A server in trouble is tried again, and then the next one`() async throws {
        try await Harbour.open { harbour in
            try await Mirror.serving(["a": contents]) { shaky in
                shaky.set(.status(503, retryAfter: "0"), for: "a", times: 3)
                let file = try shaky.file("a", contents)
                try await harbour.fetch([file])
                #expect(shaky.requests.count == 4)
                try await Mirror.serving([:]) { empty in
                    shaky.set(.status(500), for: "b")
                    empty.set(.status(502), for: "b")
                    let error = try await failure {
                        try await harbour.fetch([shaky.file("b", bytes(3), also: [empty.address])])
                    }
                    #expect(error.status == .temporary)
                    #expect(error.done?.contains("tried 5 times") == true)
                    #expect(error.done?.contains("\(empty.address)/b (the server answered 502)") == true)
                    #expect([shaky.requests(for: "b").count, empty.requests.count] == [3, 2])
                }
            }
        }
    }

    @Test func `A server that asks for a longer wait than allowed is left alone`() async throws {
        try await Harbour.open { harbour in
            try await Mirror.serving(["a": contents]) { mirror in
                mirror.set(.status(429, retryAfter: "86400"), for: "a")
                let error = try await failure { try await harbour.fetch([mirror.file("a", contents)]) }
                #expect(error.status == .temporary)
                #expect(mirror.requests.count == 1)
            }
        }
    }

    @Test func `Every file that no address serves is named, and the others are stored`() async throws {
        try await Harbour.open { harbour in
            try await Mirror.serving(["a": contents]) { mirror in
                let files = try [
                    mirror.file("z", bytes(3)), mirror.file("a", contents), mirror.file("y", bytes(4)),
                ]
                let missing = try await failure(MissingFiles.self) { try await harbour.fetch(files) }
                #expect(missing.names == ["y", "z"])
                #expect(missing.digests == [files[0].digest, files[2].digest])
                #expect(missing.explained.what == "2 files that no address serves: y, z")
                #expect(try harbour.contents(files[1]) == contents)
            }
        }
    }

    @Test func `The next address serves what the first one lacks`() async throws {
        try await Harbour.open { harbour in
            try await Mirror.serving([:]) { empty in
                try await Mirror.serving(["a": contents]) { full in
                    let file = try empty.file("a", contents, also: [full.address])
                    try await harbour.fetch([file])
                    #expect([empty.requests.count, full.requests.count] == [1, 1])
                }
            }
        }
    }

    @Test(arguments: [401, 403])
    func `A refusal asks for credentials`(_ status: Int) async throws {
        try await Harbour.open { harbour in
            try await Mirror.serving(["a": contents]) { mirror in
                mirror.set(.status(status), for: "a")
                let error = try await failure { try await harbour.fetch([mirror.file("a", contents)]) }
                #expect(error.status == .authenticationNeeded)
                #expect(error.remedy?.contains("name:password@") == true)
                #expect(mirror.requests.count == 1)
            }
        }
    }

    @Test func `A silent server is left after the allowed silence`() async throws {
        var policy = Harbour.policy
        // Long enough for the first bytes on a loaded machine.
        policy.silence = .seconds(4)
        try await Harbour.open { harbour in
            try await Mirror.serving(["a": contents]) { mirror in
                mirror.set(.stall(after: 100_000), for: "a", times: 1)
                let file = try mirror.file("a", contents)
                try await harbour.fetch([file], policy: policy)
                #expect((1...100_000).contains(mirror.requests[1].start))
                #expect(harbour.sink.lines.first?.contains("sent less than") == true)
            }
        }
    }

    @Test func `A server that sends single bytes is as good as silent`() async throws {
        var policy = Harbour.policy
        policy.silence = .milliseconds(500)
        policy.trickle = ByteCount(200_000)
        policy.attempts = 2
        try await Harbour.open { harbour in
            try await Mirror.serving(["a": contents]) { mirror in
                mirror.set(.slow(piece: 10, pause: .milliseconds(20)), for: "a")
                let error = try await failure { try await harbour.fetch([mirror.file("a", contents)], policy: policy) }
                #expect(error.status == .temporary)
                #expect(mirror.requests.count == 2)
                #expect(try harbour.blobs.isEmpty)
            }
        }
    }

    @Test func `No file takes longer than the total, however alive its server is`() async throws {
        var policy = Harbour.policy
        policy.total = .milliseconds(500)
        try await Harbour.open { harbour in
            try await Mirror.serving(["a": contents]) { mirror in
                mirror.set(.slow(piece: 10, pause: .milliseconds(20)), for: "a")
                let error = try await failure { try await harbour.fetch([mirror.file("a", contents)], policy: policy) }
                #expect(error.status == .temporary)
                #expect(error.what.contains("too slow"))
                #expect(mirror.requests.count == 1)
            }
        }
    }

    @Test func `A redirect is followed; a loop and a local target are not`() async throws {
        try await Harbour.open { harbour in
            try await Mirror.serving(["real/a": contents]) { mirror in
                mirror.set(.redirect(to: "../real/a"), for: "moved/a")
                let file = try mirror.file("moved/a", contents)
                try await harbour.fetch([file])
                #expect(try harbour.contents(file) == contents)

                mirror.set(.redirect(to: "/loop"), for: "loop")
                let loop = try await failure { try await harbour.fetch([mirror.file("loop", bytes(3))]) }
                #expect(loop.what.contains("redirected more than 5 times"))
                #expect(mirror.requests(for: "loop").count == 6)

                mirror.set(.redirect(to: "file:///etc/hostname"), for: "local")
                let local = try await failure { try await harbour.fetch([mirror.file("local", bytes(3))]) }
                #expect(local.what.contains("redirected to a local file, which is refused"))
            }
        }
    }

    @Test func `A server that is not there is trouble, not absence`() async throws {
        try await Harbour.open { harbour in
            let gone = try await Mirror.serving([:]) { $0.address }
            let file = RemoteFile(
                name: "a", digest: Digest.of(contents), size: ByteCount(contents.count),
                addresses: [try Address(gone).appending(path: "a")])
            let error = try await failure { try await harbour.fetch([file]) }
            #expect(error.status == .temporary)
            #expect(error.what.contains("the connection was refused"))
        }
    }

    @Test func `Without any address the configuration is at fault`() async throws {
        try await Harbour.open { harbour in
            let file = RemoteFile(name: "a", digest: Digest.of(contents), size: ByteCount(3), addresses: [])
            let error = try await failure { try await harbour.fetch([file]) }
            #expect(error.status == .usage)
        }
    }
}
