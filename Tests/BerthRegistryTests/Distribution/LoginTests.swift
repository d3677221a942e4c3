import BerthSystem
import BerthTestSupport
import Foundation
import SystemPackage
import Testing

@testable import BerthRegistry

@Suite struct LoginTests {
    private func login(_ text: String, for reference: String) throws -> RegistryLogin? {
        let folder = try TemporaryFolder("logins")
        let path = folder.path.appending("config.json")
        try Files.writeAtomically(text, to: path)
        return try LoginFile(path).login(for: Reference(reference).repository)
    }

    private func auth(_ name: String, _ password: String) -> String {
        Data("\(name):\(password)".utf8).base64EncodedString()
    }

    @Test func `Docker's file gives the login of the host that is asked`() throws {
        let text = """
            {"auths":{"https://index.docker.io/v1/":{"auth":"\(auth("me", "one"))"},
             "localhost:5000":{"auth":"\(auth("you", "two:three"))"},"ghcr.io":{"identitytoken":"long"}}}
            """
        #expect(try login(text, for: "python") == RegistryLogin(name: "me", password: "one"))
        #expect(try login(text, for: "localhost:5000/x") == RegistryLogin(name: "you", password: "two:three"))
        #expect(try login(text, for: "ghcr.io/a/b") == RegistryLogin(identityToken: "long"))
        #expect(try login(text, for: "localhost:5001/x") == nil)
        #expect(try login(text, for: "localhost/x") == nil)
        #expect(try login(text, for: "example.org/x") == nil)
    }

    @Test func `Podman's file may name a part of a host, and the longest name counts`() throws {
        let text = """
            {"auths":{"example.org":{"auth":"\(auth("all", "1"))"},"example.org/team":{"auth":"\(auth("team", "2"))"},
             "example.org/team/app":{"auth":"\(auth("app", "3"))"}}}
            """
        #expect(try login(text, for: "example.org/other/x") == RegistryLogin(name: "all", password: "1"))
        #expect(try login(text, for: "example.org/team/x") == RegistryLogin(name: "team", password: "2"))
        #expect(try login(text, for: "example.org/team/app") == RegistryLogin(name: "app", password: "3"))
        #expect(try login(text, for: "example.org/teamwork/x") == RegistryLogin(name: "all", password: "1"))
    }

    @Test(arguments: [
        "{", "[]", #"{"auths":{"h.example":{"auth":"%%%"}}}"#, #"{"auths":{"h.example":{"auth":"bm9uZQ=="}}}"#, "{}",
    ])
    func `a damaged file gives no login, and nothing of it is shown`(text: String) async throws {
        let folder = try TemporaryFolder("logins")
        let path = folder.path.appending("config.json")
        try Files.writeAtomically(text, to: path)
        let answer = try await LoginFinder(files: [path]).login(for: Reference("h.example/x").repository)
        #expect(answer.login == nil)
        #expect(answer.notes.allSatisfy { !$0.contains("%%%") && !$0.contains("bm9uZQ") })
    }

    @Test func `a helper program is asked, the host's own before the general one`() async throws {
        let folder = try TemporaryFolder("helpers")
        try folder.write([
            "bin/docker-credential-own": .program(
                "#!/bin/sh\nread -r host\necho \"{\\\"ServerURL\\\":\\\"$host\\\",\\\"Username\\\":\\\"own\\\",\\\"Secret\\\":\\\"$1 $host\\\"}\"\n"
            ),
            "bin/docker-credential-token": .program(
                "#!/bin/sh\ncat >/dev/null\necho '{\"Username\":\"<token>\",\"Secret\":\"identity\"}'\n"),
            "bin/docker-credential-empty": .program(
                "#!/bin/sh\ncat >/dev/null\necho 'credentials not found in native keychain'\nexit 1\n"),
            "bin/docker-credential-broken": .program("#!/bin/sh\ncat >/dev/null\necho 'secret words' >&2\nexit 3\n"),
            "config.json": #"""
            {"credsStore":"token","credHelpers":{"own.example:444":"own","empty.example":"empty","broken.example":"broken",
             "gone.example":"gone","evil.example":"../../bin/sh"},
             "auths":{"empty.example":{"username":"file","password":"1"}}}
            """#,
        ])
        let bin = folder.path.appending("bin")
        let finder = LoginFinder(files: [folder.path.appending("config.json")]) { name in
            let path = bin.appending(name)
            return Files.exists(path) ? path : nil
        }
        func answer(_ reference: String) async throws -> LoginAnswer {
            try await finder.login(for: Reference(reference).repository)
        }
        #expect(
            try await answer("own.example:444/x").login == RegistryLogin(name: "own", password: "get own.example:444"))
        #expect(try await answer("other.example/x").login == RegistryLogin(identityToken: "identity"))
        #expect(try await answer("empty.example/x").login == RegistryLogin(name: "file", password: "1"))
        let broken = try await answer("broken.example/x")
        #expect(broken.login == nil && broken.notes == ["docker-credential-broken failed with exit code 3"])
        #expect(try await answer("gone.example/x").notes == ["docker-credential-gone is not installed"])
        let evil = try await answer("evil.example/x")
        #expect(evil.login == nil && evil.notes.count == 1)
    }

    @Test func `a login is never shown`() throws {
        let logins = [RegistryLogin(name: "me", password: "hunter2"), RegistryLogin(identityToken: "hunter2")]
        for login in logins {
            var text = "\(login) \(String(reflecting: login))"
            dump(login, to: &text)
            #expect(!text.contains("hunter2") && !text.contains(Data("me:hunter2".utf8).base64EncodedString()))
        }
        let token = try #require(Credentials(bearer: "hunter2"))
        var text = "\(token)"
        dump(token, to: &text)
        #expect(!text.contains("hunter2"))
    }

    @Test func `challenges are read with quotes, escapes and several to a line`() {
        let found = Challenge.parse([
            #"Bearer realm="https://auth.example/token?a=b,c",service="r \"x\"", scope="repository:a/b:pull,push""#,
            #"Basic realm="one", Digest nonce=abc , Bearer realm=https://plain.example/t"#,
        ])
        #expect(found.map(\.scheme) == ["bearer", "basic", "digest", "bearer"])
        #expect(found[0].parameters["realm"] == "https://auth.example/token?a=b,c")
        #expect(found[0].parameters["service"] == #"r "x""#)
        #expect(found[0].parameters["scope"] == "repository:a/b:pull,push")
        #expect(found[3].parameters["realm"] == "https://plain.example/t")
        #expect(Challenge.parse(["", ",,,", "\"", "=="]).allSatisfy { $0.parameters.isEmpty })
    }

    @Test(arguments: [
        "", "{", "[]", "{}", #"{"token":""}"#, #"{"token":7}"#, #"{"token":"a b"}"#, #"{"token":"a\nX: y"}"#,
    ])
    func `an answer without a usable token is refused`(text: String) throws {
        let challenge = Challenge(scheme: "bearer", parameters: ["realm": "https://auth.example/token"])
        let service = try #require(try TokenService(challenge, registry: Address("https://registry.example")))
        #expect(throws: Fault.self) {
            _ = try service.token(in: Array(text.utf8))
        }
    }

    @Test(arguments: [
        "http://auth.example/token", "file:///etc/passwd", "https://169.254.169.254/token", "https://localhost/token",
        "http://127.0.0.1/token",
    ])
    func `a token service that credentials may not go to is refused`(realm: String) throws {
        let challenge = Challenge(scheme: "bearer", parameters: ["realm": realm])
        #expect(throws: Fault.self) { _ = try TokenService(challenge, registry: Address("https://registry.example")) }
    }
}
