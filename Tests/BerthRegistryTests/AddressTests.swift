import BerthSystem
import Foundation
import SystemPackage
import Testing

@testable import BerthRegistry

@Suite struct AddressTests {
    @Test(arguments: [
        "https://host.test/a/b", "http://host.test:8080/a", "http://[::1]:80/a", "file:///srv/mirror/a%20b",
    ])
    func `A URL is kept as it is written`(_ text: String) throws {
        #expect(try Address(text).description == text)
    }

    @Test func `Host, root path and fragment are brought into one form`() throws {
        #expect(try Address("HTTPS://Host.Test#sha256=1").description == "https://host.test/")
        #expect(try Address("file://localhost/a").file == "/a")
        #expect(try Address("file:/a%20b").file == "/a b")
        #expect(try Address("file:///a%00b").file == nil)
    }

    @Test(arguments: [
        "", "host.test/a", "ftp://host.test/a", "https:///a", "http://host.test:0/", "http://host.test:65536/",
        "http://host.test/a b", "file://host.test/a", "cdrom:[x]/", "http://joe:secret@", "https://joe:se cret@h.test/",
    ])
    func `Anything else is refused, without showing a password`(_ text: String) throws {
        let error = try #require(throws: BerthError.self) { try Address(text) }
        #expect(error.status == .usage)
        #expect(error.remedy != nil)
        #expect(!"\(error)".contains("cret"))
    }

    @Test func `Every byte that has a meaning of its own is encoded in an added path`() throws {
        let base = try Address("http://host.test/debian/")
        #expect(
            base.appending(path: "/pool/a_1%2b~x:é?#.deb").description
                == "http://host.test/debian/pool/a_1%252b~x%3A%C3%A9%3F%23.deb")
        #expect(try Address("http://host.test").appending(path: "a/b").description == "http://host.test/a/b")
        #expect(try Address("file:///srv").appending(path: "a b%c").file == "/srv/a b%c")
    }

    @Test func `A reference is resolved as RFC 3986 says, and takes credentials along at home only`() throws {
        let base = try Address("https://joe:secret@host.test/simple/thing/")
        let relative = try base.resolved("../../packages/x.whl#sha256=1")
        #expect(relative.target == "https://host.test/packages/x.whl")
        #expect(relative.credentials != nil)
        #expect(try base.resolved("https://host.test:443/x").credentials != nil)
        #expect(try base.resolved("https://other.test/x").credentials == nil)
        #expect(try base.resolved("http://host.test/x").credentials == nil)
        #expect(throws: BerthError.self) { try base.resolved("ftp://host.test/x") }
    }

    @Test func `Neither description nor dump shows credentials or a query`() throws {
        let address = try Address("https://joe:secret@host.test/a?X-Signature=secret")
        #expect(address.description == "https://***@host.test/a?***")
        var dumped = ""
        dump(address, to: &dumped)
        #expect(!(dumped + "\(String(reflecting: address))").contains("secret"))
        #expect(address.target == "https://host.test/a?X-Signature=secret")
    }

    @Test func `Redirects out of TLS, into this machine or to a file are refused`() throws {
        let origin = try Address("https://host.test/a")
        for target in [
            "http://host.test/a", "file:///etc/passwd", "https://127.0.0.1/a", "https://[::1]/", "https://localhost/",
            "https://169.254.169.254/latest", "https://[::ffff:127.0.0.1]/",
        ] {
            #expect(throws: Fault.self) { try Exchange.follow(target, from: origin) }
        }
        #expect(throws: Fault.self) { try Exchange.follow(nil, from: origin) }
        #expect(try Exchange.follow("//other.test/b", from: origin).description == "https://other.test/b")
    }
}
