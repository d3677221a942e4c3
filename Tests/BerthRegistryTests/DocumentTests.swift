import BerthArchive
import BerthSystem
import BerthTestSupport
import SystemPackage
import Testing

@testable import BerthRegistry

@Suite struct DocumentTests {
    private let text = Array("{\"name\": \"thing\"}".utf8)

    private func get(
        _ harbour: Harbour, _ addresses: [String], limit: Int = 1000, accept: String? = nil
    ) async throws -> [UInt8] {
        try await harbour.fetcher().document(addresses.map { try Address($0) }, limit: ByteCount(limit), accept: accept)
    }

    @Test func `A document comes as bytes and is not stored`() async throws {
        try await Harbour.open { harbour in
            try await Mirror.serving(["d": text]) { mirror in
                let got = try await get(harbour, ["\(mirror.address)/d"], accept: "application/json")
                #expect(got == text)
                #expect(mirror.requests.first?["accept"] == "application/json")
                #expect(mirror.requests.first?["accept-encoding"] == "identity")
                #expect(try harbour.blobs.isEmpty)
            }
        }
    }

    @Test(arguments: [nil, MirrorFault.unsized])
    func `A document over its limit is refused, whether it says its length or not`(_ fault: MirrorFault?) async throws {
        try await Harbour.open { harbour in
            try await Mirror.serving(["d": bytes(5000)]) { mirror in
                if let fault { mirror.set(fault, for: "d") }
                let error = try await failure { _ = try await get(harbour, ["\(mirror.address)/d"]) }
                #expect(error.what.contains("larger than the 1.0 kB that"))
                #expect(mirror.requests.count == 1)
            }
        }
    }

    @Test func `The next address is asked where one fails`() async throws {
        try await Harbour.open { harbour in
            try await Mirror.serving(["d": text]) { good in
                try await Mirror.serving([:]) { empty in
                    empty.set(.page, for: "x")
                    let addresses = ["\(empty.address)/d", "\(empty.address)/x", "\(good.address)/d"]
                    #expect(try await get(harbour, addresses) == text)
                    let missing = try await failure(MissingFiles.self) {
                        _ = try await get(harbour, ["\(empty.address)/d", "\(empty.address)/e"])
                    }
                    #expect(missing.names == ["d"])
                    #expect(missing.tried == ["\(empty.address)/d", "\(empty.address)/e"])
                }
            }
        }
    }

    @Test func `A cut document is asked for again from its start`() async throws {
        try await Harbour.open { harbour in
            try await Mirror.serving(["d": text]) { mirror in
                mirror.set(.drop(after: 5), for: "d", times: 2)
                let got = try await get(harbour, ["\(mirror.address)/d"])
                #expect(got == text)
                #expect(mirror.requests.map { $0["range"] } == [nil, nil, nil])
            }
        }
    }

    @Test func `A page is only taken where a page was asked for`() async throws {
        try await Harbour.open { harbour in
            try await Mirror.serving(["d": text]) { mirror in
                mirror.set(.page, for: "d")
                let error = try await failure { _ = try await get(harbour, ["\(mirror.address)/d"]) }
                #expect(error.what.contains("web page"))
                let page = try await get(harbour, ["\(mirror.address)/d"], accept: "text/html")
                #expect(String(decoding: page, as: UTF8.self).contains("Please log in"))
            }
        }
    }

    @Test func `A compressed answer that nobody asked for is refused`() async throws {
        try await Harbour.open { harbour in
            try await Mirror.serving(["d": text]) { mirror in
                mirror.set(.encoded("gzip"), for: "d")
                let error = try await failure { _ = try await get(harbour, ["\(mirror.address)/d"]) }
                #expect(error.what.contains("answered with the encoding gzip"))
            }
        }
    }

    @Test func `A local document is read with the same limit`() async throws {
        try await Harbour.open { harbour in
            let path = harbour.root.appending("d")
            try Files.writeAtomically(text, to: path)
            #expect(try await get(harbour, ["file://\(path.string)"]) == text)
            let error = try await failure { _ = try await get(harbour, ["file://\(path.string)"], limit: 3) }
            #expect(error.what.contains("larger than the 3 B that"))
        }
    }

    @Test func `Credentials travel to their own host only, and are never shown`() async throws {
        try await Harbour.open { harbour in
            try await Mirror.serving(["d": text]) { elsewhere in
                try await Mirror.serving(["d": text]) { home in
                    let base = home.address.replacing("//", with: "//joe:s%40cret@")
                    home.set(.redirect(to: "\(elsewhere.address)/d"), for: "away")
                    home.set(.redirect(to: "/d"), for: "here")
                    _ = try await get(harbour, [base + "/away"])
                    _ = try await get(harbour, [base + "/here"])
                    #expect(Set(home.requests.map { $0["authorization"] }) == ["Basic am9lOnNAY3JldA=="])
                    #expect(elsewhere.requests.map { $0["authorization"] } == [nil])
                    home.set(.status(503), for: "down")
                    let error = try await failure { _ = try await get(harbour, [base + "/down?token=s%40cret"]) }
                    let shown = "\(error) \(harbour.sink.lines)"
                    #expect(shown.contains("***@127.0.0.1"))
                    #expect(!shown.contains("cret") && !shown.contains("joe"))
                }
            }
        }
    }

    @Test func `A server without TLS is never spoken to in clear instead`() async throws {
        try await Harbour.open { harbour in
            try await Mirror.serving(["d": text]) { mirror in
                let error = try await failure { _ = try await get(harbour, ["https://127.0.0.1:\(mirror.port)/d"]) }
                #expect(error.status == .temporary)
                #expect(error.what.contains("the server does not speak TLS"))
                #expect(mirror.requests(for: "d").isEmpty)
            }
        }
    }

    @Test func `The proxy of the environment is used, and asked by CONNECT`() async throws {
        try await Mirror.serving([:]) { proxy in
            try await Harbour.open(environment: ["http_proxy": proxy.address, "no_proxy": "direct.test"]) { harbour in
                let error = try await failure { _ = try await get(harbour, ["http://mirror.test/d"]) }
                #expect(error.status == .temporary)
                #expect(proxy.requests.first?.method == "CONNECT")
                #expect(proxy.requests.first?.target == "mirror.test:80")
            }
        }
    }
}
