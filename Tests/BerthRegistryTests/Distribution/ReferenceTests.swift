import BerthArchive
import BerthSystem
import Testing

@testable import BerthRegistry

@Suite struct ReferenceTests {
    private static let digest = "sha256:" + String(repeating: "ab", count: 32)

    @Test(arguments: [
        ("python", "docker.io/library/python"),
        ("me/python:3", "docker.io/me/python:3"),
        ("docker.io/python", "docker.io/library/python"),
        ("index.docker.io/me/x", "docker.io/me/x"),
        ("localhost/x", "localhost/x"),
        ("localhost:5000/x:1", "localhost:5000/x:1"),
        ("GHCR.io/me/x", "ghcr.io/me/x"),
        ("127.0.0.1:5000/a/b/c:v1.2-rc_3", "127.0.0.1:5000/a/b/c:v1.2-rc_3"),
        ("[::1]:5000/a", "[::1]:5000/a"),
        ("registry.example.org/a__b/c-d/e.f", "registry.example.org/a__b/c-d/e.f"),
        ("x@\(digest)", "docker.io/library/x@\(digest)"),
        ("localhost:5000/x:1@\(digest)", "localhost:5000/x:1@\(digest)"),
    ])
    func `a reference is read as Docker reads it`(text: String, whole: String) throws {
        let reference = try Reference(text)
        #expect("\(reference)" == whole)
        #expect(try Reference(whole) == reference)
    }

    @Test(arguments: [
        "", "/", "x:", ":x", "Upper", "Upper/x", "host.example/", "host.example/X", "a//b", "a/../b", "a/./b",
        "x@sha256:12",
        "x@sha512:" + String(repeating: "ab", count: 64), "https://host/x", "x y", "host:99999/x", "host:0/x",
        "x:\u{e9}",
        "x:.tag", "-a/b", "a..b/c", "host.example/a\nb", "x:" + String(repeating: "t", count: 129),
        "host.example/" + String(repeating: "a", count: 256), "name:password@host.example/x", "host_x.example/y",
        "x@sha256:../../../../etc/passwd",
    ])
    func `what is no reference is refused as wrong usage`(text: String) {
        #expect {
            _ = try Reference(text)
        } throws: { error in
            let error = error as? BerthError
            return error?.status == .usage && error?.remedy != nil
        }
    }

    @Test func `no part of a refused reference shows a password`() throws {
        #expect {
            _ = try Reference("https://name:hunter2@host.example/x")
        } throws: { !"\($0)".contains("hunter2") }
    }

    @Test func `plain http is for this machine and for hosts that were named`() throws {
        func scheme(_ host: String, plain: Bool = false) throws -> Address.Scheme {
            try RegistryHost(host).endpoint(plain: plain).scheme
        }
        #expect(try scheme("localhost:5000") == .http)
        #expect(try scheme("127.0.0.1:5000") == .http)
        #expect(try scheme("[::1]:5000") == .http)
        #expect(try scheme("registry.example.org") == .https)
        #expect(try scheme("192.168.1.2:5000") == .https)
        #expect(try scheme("localhost.example.org") == .https)
        #expect(try scheme("registry.example.org", plain: true) == .http)
        #expect(try scheme("docker.io", plain: true) == .https)
    }

    @Test func `what is asked for is the digest, else the tag, else latest`() throws {
        #expect(try Reference("x:1@\(Self.digest)").manifestName == .digest(Digest(Self.digest)))
        #expect(try Reference("x:1").manifestName == .tag(Tag("1")))
        #expect(try Reference("x").manifestName.description == "latest")
        #expect(try Tag.referrers(of: Digest(Self.digest)).text == "sha256-" + String(repeating: "ab", count: 32))
    }
}
