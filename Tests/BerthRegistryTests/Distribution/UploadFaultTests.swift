import BerthArchive
import BerthStore
import BerthSystem
import BerthTestSupport
import Foundation
import Testing

@testable import BerthRegistry

@Suite struct UploadFaultTests {
    /// Pushes one layer of 300 kB in pieces of 64 KiB to a registry with faults, and expects it to arrive.
    @discardableResult
    private func push(
        _ manners: RegistryManners = .init(), _ prepare: (RegistryDouble) -> Void
    ) async throws -> [RegistryCall] {
        try await Harbour.open { harbour in
            let image = try SampleImage.make(in: harbour.store, layerSizes: [300_000])
            return try await RegistryDouble.serving(manners) { double in
                prepare(double)
                var access = harbour.access()
                access.policy.parallel = 1
                if let login = manners.login {
                    access.logins = try harbour.login(double.host, login.name, login.password)
                }
                _ = try await harbour.push(image, to: double, access)
                #expect(harbour.holds(image, double))
                return double.calls
            }
        }
    }

    @Test func `a connection cut in the middle of a piece goes on where it was cut`() async throws {
        let calls = try await push { $0.set(.cut(after: 20_000), "PATCH") }
        let pieces = calls.filter { $0.method == "PATCH" }
        let sent = pieces.dropFirst().reduce(20_000) { $0 + $1.bodyBytes }
        #expect(sent < 302_000)
        let resumed = try #require(pieces.dropFirst().first?["content-range"])
        #expect(resumed.hasPrefix("20000-"), "\(resumed)")
        #expect(calls.contains { $0.method == "GET" && $0.isUpload })
    }

    @Test func `a 416 makes the registry say where it is`() async throws {
        let calls = try await push { $0.set(.wrongRange, "PATCH") }
        #expect(calls.contains { $0.method == "GET" && $0.isUpload })
        #expect(calls.filter { $0.method == "POST" && $0.isUpload }.count == 3)
    }

    @Test(arguments: [429, 500, 502, 503, 504, 408])
    func `servers in trouble are tried again`(status: Int) async throws {
        try await push { double in
            for method in ["HEAD", "POST", "PATCH", "PUT"] {
                double.set(.status(status, retryAfter: "0"), method, "/blobs/")
            }
            double.set(.status(status), "PUT", "/manifests/")
        }
    }

    @Test func `a registry that asks for more patience than there is ends the push, and the message says how long`()
        async throws
    {
        try await Harbour.open { harbour in
            let image = try SampleImage.make(in: harbour.store, layerSizes: [10])
            try await RegistryDouble.serving { double in
                double.set(.status(429, retryAfter: "3600"), "POST")
                let error = try await failure { _ = try await harbour.push(image, to: double) }
                #expect(error.status == .temporary && error.what.contains("wait 3600 s"), "\(error)")
                #expect(double.calls("POST").count == 1)
            }
        }
    }

    @Test func `a session that the registry forgot is begun again`() async throws {
        let calls = try await push { double in
            double.set(.status(503), "PATCH")
            double.set(.forgetUploads, "GET", "/uploads/")
        }
        #expect(calls.filter { $0.method == "POST" && $0.isUpload }.count >= 3)
    }

    @Test func `an answer that is lost at the very end does not send the blob twice`() async throws {
        let calls = try await push { $0.set(.silent, "PUT", "/blobs/uploads/") }
        let whole = calls.filter { $0.method == "PATCH" && $0.bodyBytes == 65_536 }
        #expect(whole.count == 4)
    }

    @Test func `a token that ends in the middle of an upload is renewed, and the piece sent again`() async throws {
        var manners = RegistryManners()
        manners.login = .init("me", "hunter2")
        manners.givesTokens = true
        let calls = try await push(manners) { double in
            double.set(.status(503), "PATCH")
            double.set(.forgetTokens, "PATCH")
        }
        let tokens = Set(calls.compactMap { $0["authorization"] }.filter { $0.hasPrefix("Bearer") })
        #expect(tokens.count == 2)
        let asked = calls.filter { $0.path == "/token" }
        #expect(asked.count == 2)
        for call in asked {
            #expect(call["authorization"]?.hasPrefix("Basic ") == true)
            #expect(call.query.contains("scope=repository%3Ame%2Fsample%3Apull%2Cpush"))
        }
    }

    @Test func `a token is renewed before it ends`() async throws {
        var manners = RegistryManners()
        manners.givesTokens = true
        manners.tokenSeconds = 0
        try await Harbour.open { harbour in
            try await RegistryDouble.serving(manners) { double in
                let client = try harbour.access().reader(of: harbour.repository(double))
                _ = try await client.tags()
                try await Task.sleep(for: .seconds(1))
                _ = try await client.tags()
                // Refused once, and not again although the first token was over.
                #expect(double.calls("GET", "/tags/list").count == 3)
                #expect(double.calls("GET", "/token").count == 2)
            }
        }
    }

    @Test func `name and password open a registry that asks for them, and go nowhere else`() async throws {
        var manners = RegistryManners()
        manners.login = .init("me", "hunter2")
        try await push(manners) { _ in }
        try await Harbour.open { harbour in
            try await RegistryDouble.serving { elsewhere in
                try await RegistryDouble.serving(manners) { double in
                    let image = try SampleImage.make(in: harbour.store, layerSizes: [1000])
                    let access = harbour.access(logins: try harbour.login(double.host, "me", "hunter2"))
                    _ = try await harbour.push(image, to: double, access)
                    let content = try harbour.store.read(image.layers[0], limit: ByteCount(5000))
                    elsewhere.put(blob: content, in: "x")
                    double.set(
                        .redirect(to: "http://\(elsewhere.host)/v2/x/blobs/\(image.layers[0])"), "GET", "/blobs/")
                    let other = try Harbour()
                    let client = try access.reader(of: harbour.repository(double))
                    _ = try await client.tags()
                    let blob = ContentDescriptor(mediaType: "x", digest: image.layers[0], size: ByteCount(1000))
                    try await client.pull(
                        [blob], into: other.store.beginIngest(purpose: "test"), of: other.store)
                    #expect(elsewhere.calls("GET").count == 1)
                    #expect(elsewhere.calls.allSatisfy { $0["authorization"] == nil })
                    try Files.removeTree(other.root)
                }
            }
        }
    }

    @Test(arguments: [
        (401, BerthSystem.ExitStatus.authenticationNeeded), (403, .authenticationNeeded), (404, .failed),
        (400, .failed),
        (500, .temporary), (429, .temporary),
    ])
    func `what a registry refuses for good ends with the exit code for it`(status: Int, exit: BerthSystem.ExitStatus)
        async throws
    {
        try await Harbour.open { harbour in
            let image = try SampleImage.make(in: harbour.store, layerSizes: [1000])
            try await RegistryDouble.serving { double in
                for _ in 0..<12 { double.set(.status(status, code: "DENIED", message: "no\u{1b}[31m"), "POST") }
                let error = try await failure { _ = try await harbour.push(image, to: double) }
                #expect(error.status == exit, "\(error)")
                #expect(error.remedy != nil && !"\(error)".contains("\u{1b}"))
                #expect(double.calls("POST").count <= 12)
            }
        }
    }

    @Test func `a wrong password ends with exit code 4, what to do, and without the password`() async throws {
        var manners = RegistryManners()
        manners.login = .init("me", "right")
        for givesTokens in [true, false] {
            manners.givesTokens = givesTokens
            try await Harbour.open { harbour in
                let image = try SampleImage.make(in: harbour.store, layerSizes: [10])
                try await RegistryDouble.serving(manners) { double in
                    let access = harbour.access(logins: try harbour.login(double.host, "me", "hunter2"))
                    let error = try await failure { _ = try await harbour.push(image, to: double, access) }
                    let secret = Data("me:hunter2".utf8).base64EncodedString()
                    #expect(error.status == .authenticationNeeded)
                    #expect(error.remedy?.contains("rights") == true)
                    #expect(!"\(error)".contains("hunter2") && !"\(error)".contains(secret))
                    #expect(harbour.sink.lines.allSatisfy { !$0.contains("hunter2") && !$0.contains(secret) })
                    let stranger = try await failure { _ = try await harbour.push(image, to: double) }
                    #expect(stranger.status == .authenticationNeeded)
                    #expect(stranger.remedy?.contains("docker login \(double.host)") == true)
                }
            }
        }
    }

    @Test func `what a registry says about a request with a token is shown without the token`() async throws {
        var manners = RegistryManners()
        manners.givesTokens = true
        try await Harbour.open { harbour in
            let image = try SampleImage.make(in: harbour.store, layerSizes: [10])
            try await RegistryDouble.serving(manners) { double in
                double.set(.status(400, code: "ODD", message: "bad header Bearer token-1-of-the-double"), "POST")
                // Answers before tokens are looked at: the token comes with the next request.
                let client = try harbour.access().writer(of: harbour.repository(double))
                _ = try await client.tags()
                let error = try await failure {
                    _ = try await ImagePusher(store: harbour.store, client: client).push(image.index, tags: [])
                }
                #expect("\(error)".contains("ODD") && !"\(error)".contains("token-1"), "\(error)")
            }
        }
    }

    @Test func `an identity token is exchanged for one that is used`() async throws {
        var manners = RegistryManners()
        manners.givesTokens = true
        manners.identityToken = "hunter2/+="
        try await Harbour.open { harbour in
            let image = try SampleImage.make(in: harbour.store, layerSizes: [10])
            try await RegistryDouble.serving(manners) { double in
                let logins = try harbour.logins(#"{"auths":{"\#(double.host)":{"identitytoken":"hunter2/+="}}}"#)
                _ = try await harbour.push(image, to: double, harbour.access(logins: logins))
                #expect(harbour.holds(image, double))
                #expect(double.calls("POST", "/token").count == 1)
            }
        }
    }

    @Test func `a registry that hashes otherwise than we do is not believed`() async throws {
        try await Harbour.open { harbour in
            let image = try SampleImage.make(in: harbour.store, layerSizes: [100_000])
            // Damage on the disk: the registry's hash is another, twice.
            let path = harbour.store.path(of: image.layers[0])
            var content = try Files.read(path)
            content[5] ^= 1
            try Files.writeAtomically(content, to: path)
            try await RegistryDouble.serving { double in
                let error = try await failure { _ = try await harbour.push(image, to: double) }
                #expect(error.status == .damaged, "\(error)")
                #expect(double.calls("PUT", "/manifests/").isEmpty)
            }
        }
    }
}
