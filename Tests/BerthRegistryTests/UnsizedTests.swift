import BerthArchive
import BerthStore
import BerthSystem
import BerthTestSupport
import SystemPackage
import Testing

@testable import BerthRegistry

/// Files that are known by a registry's hash only.
@Suite struct UnsizedTests {
    private let contents = bytes(300_000)

    private func file(_ mirror: Mirror, _ contents: [UInt8], _ name: String = "a-1.tgz") throws -> UnsizedFile {
        UnsizedFile(
            name: name, integrity: Integrity.of(contents),
            addresses: [try Address(mirror.address).appending(path: name)])
    }

    /// What fetching under a fault comes to; nothing is left of what failed.
    private func outcome(_ fault: MirrorFault, times: Int? = nil) async throws -> BerthSystem.ExitStatus? {
        try await Harbour.open { harbour in
            try await Mirror.serving(["a-1.tgz": contents]) { mirror in
                mirror.set(fault, for: "a-1.tgz", times: times)
                do {
                    let found = try await harbour.fetcher().fetch([file(mirror, contents)], limit: ByteCount(1 << 20))
                    #expect(found == [FetchedFile(digest: Digest.of(contents), size: ByteCount(contents.count))])
                    #expect(try harbour.store.read(found[0].digest, limit: ByteCount(1 << 20)) == contents)
                    return nil
                } catch let error as BerthError {
                    #expect(try harbour.blobs.isEmpty && harbour.partials.isEmpty)
                    return error.status
                } catch is MissingFiles {
                    #expect(try harbour.blobs.isEmpty && harbour.partials.isEmpty)
                    return .failed
                }
            }
        }
    }

    @Test func `a file comes into the store with its digest and size, in the order that was asked`() async throws {
        try await Harbour.open { harbour in
            let other = bytes(10, seed: 7)
            try await Mirror.serving(["a-1.tgz": contents, "b-1.tgz": other]) { mirror in
                let found = try await harbour.fetcher().fetch(
                    [file(mirror, other, "b-1.tgz"), file(mirror, contents)], limit: ByteCount(1 << 20))
                #expect(found.map(\.digest) == [Digest.of(other), Digest.of(contents)])
                #expect(found.map(\.size) == [ByteCount(10), ByteCount(contents.count)])
                #expect(try await harbour.fetcher().fetch([], limit: ByteCount(1)).isEmpty)
            }
        }
    }

    @Test func `trouble that passes is waited for`() async throws {
        for fault: MirrorFault in [
            .drop(after: 100_000), .status(503), .status(429, retryAfter: "0"), .wrongBytes,
        ] {
            #expect(try await outcome(fault, times: 1) == nil, "\(fault)")
        }
        #expect(try await outcome(.unsized) == nil)
        #expect(try await outcome(.slow(piece: 100_000, pause: .milliseconds(5))) == nil)
    }

    @Test func `trouble that stays is told for what it is`() async throws {
        #expect(try await outcome(.wrongBytes) == .damaged)
        #expect(try await outcome(.truncate(to: 1000)) == .damaged)
        #expect(try await outcome(.overlong) == .damaged)
        #expect(try await outcome(.status(401)) == .authenticationNeeded)
        #expect(try await outcome(.status(403)) == .authenticationNeeded)
        #expect(try await outcome(.status(404)) == .failed)
        #expect(try await outcome(.status(500)) == .temporary)
        #expect(try await outcome(.status(429)) == .temporary)
        #expect(try await outcome(.page) == .temporary)
        #expect(try await outcome(.disguisedPage) == .temporary)
        #expect(try await outcome(.drop(after: 0)) == .temporary)
    }

    @Test func `a file larger than the limit is refused before and while it comes`() async throws {
        for fault: MirrorFault? in [nil, .unsized] {
            try await Harbour.open { harbour in
                try await Mirror.serving(["a-1.tgz": contents]) { mirror in
                    if let fault { mirror.set(fault, for: "a-1.tgz") }
                    let error = try await failure {
                        _ = try await harbour.fetcher().fetch([file(mirror, contents)], limit: ByteCount(1000))
                    }
                    #expect(error.what.contains("larger than the 1.0 kB"), "\(error)")
                    #expect(try harbour.blobs.isEmpty && harbour.partials.isEmpty)
                }
            }
        }
    }

    @Test func `offline only local files are read`() async throws {
        try await Harbour.open { harbour in
            let path = harbour.root.appending("a-1.tgz")
            try Files.writeAtomically(contents, to: path)
            let local = UnsizedFile(
                name: "a-1.tgz", integrity: Integrity.of(contents), addresses: [try Address("file://\(path.string)")])
            let found = try await harbour.fetcher(offline: true).fetch([local], limit: ByteCount(1 << 20))
            #expect(found.map(\.digest) == [Digest.of(contents)])
            let remote = UnsizedFile(
                name: "b", integrity: Integrity.of([1]), addresses: [try Address("http://127.0.0.1:1/b")])
            let error = try await failure {
                _ = try await harbour.fetcher(offline: true).fetch([remote], limit: ByteCount(1))
            }
            #expect(error.what.contains("offline"))
        }
    }

    @Test func `a token goes to its own origin, and is shown nowhere`() async throws {
        try await Harbour.open { harbour in
            try await Mirror.serving(["a-1.tgz": contents]) { other in
                try await Mirror.serving(["b-1.tgz": contents]) { mirror in
                    mirror.set(.redirect(to: other.address + "/a-1.tgz"), for: "b-1.tgz")
                    let token = try #require(Credentials(bearer: "s3cret"))
                    let address = try Address(mirror.address).appending(component: "b-1.tgz").authorised(by: token)
                    #expect(!"\(address)".contains("s3cret"))
                    var dumped = ""
                    dump(token, to: &dumped)
                    dump(address, to: &dumped)
                    #expect(!dumped.contains("s3cret"))
                    let wanted = UnsizedFile(name: "b", integrity: Integrity.of(contents), addresses: [address])
                    _ = try await harbour.fetcher().fetch([wanted], limit: ByteCount(1 << 20))
                    #expect(mirror.requests.map { $0["authorization"] } == ["Bearer s3cret"])
                    #expect(other.requests.map { $0["authorization"] } == [nil])
                    mirror.set(.status(401), for: "c")
                    let refused = UnsizedFile(
                        name: "c", integrity: Integrity.of([1]),
                        addresses: [try Address(mirror.address).appending(component: "c").authorised(by: token)])
                    let error = try await failure {
                        _ = try await harbour.fetcher().fetch([refused], limit: ByteCount(1))
                    }
                    #expect(!"\(error)".contains("s3cret"))
                }
            }
        }
        #expect(
            Credentials(bearer: "a b") == nil && Credentials(bearer: "a\r\nX: y") == nil
                && Credentials(bearer: "") == nil)
        #expect(Credentials(basic: "YTpi")?.header == "Basic YTpi")
    }

    @Test func `a name with a slash is one component of an address`() throws {
        let address = try Address("https://host.example/npm/").appending(component: "@s/name")
        #expect("\(address)" == "https://host.example/npm/%40s%2Fname")
    }
}
