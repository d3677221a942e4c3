import BerthRegistry
import BerthSystem
import BerthTestSupport
import SystemPackage
import Testing

@testable import BerthPackages

/// Where registries and their tokens come from.
@Suite struct NpmConfigurationTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder("npmrc") }

    private func configuration(
        _ tree: Tree = [:], _ variables: [String: String] = [:], choice: NpmConfiguration.Choice = .init(),
        npm: FilePath? = nil
    ) async throws -> NpmConfiguration {
        try folder.write(tree)
        let machine = NpmMachine(
            variables: variables, home: folder.path.appending("home"), root: folder.path,
            project: folder.path.appending("project"), find: { $0 == "npm" ? npm : nil })
        return try await NpmConfiguration.configured(choice, machine: machine)
    }

    private func registry(_ configuration: NpmConfiguration, _ name: String = "a") throws -> String {
        "\(try configuration.registry(of: name))"
    }

    @Test func `files count from the global one to the project's, then variables, then berth.yaml`() async throws {
        #expect(
            try registry(await configuration(["etc/npmrc": "registry=https://global.example/\n"])).contains("global"))
        #expect(
            try registry(await configuration(["home/.npmrc": "; mine\nregistry = https://user.example/ # c\n"]))
                == "https://user.example/")
        #expect(
            try registry(await configuration(["project/.npmrc": "registry=\"https://project.example/\"\n"])).contains(
                "project"))
        let variables = ["NPM_CONFIG_REGISTRY": "https://variable.example/"]
        #expect(try registry(await configuration([:], variables)).contains("variable"))
        let choice = NpmConfiguration.Choice(
            registry: "https://chosen.example/", scopes: ["mine": "https://scope.example/"])
        let chosen = try await configuration([:], variables, choice: choice)
        #expect(try registry(chosen).contains("chosen"))
        #expect(try registry(chosen, "@mine/a").contains("scope") && registry(chosen, "@other/a").contains("chosen"))
    }

    @Test func `scopes have registries of their own, and other files may be named`() async throws {
        let found = try await configuration(
            [
                "named.rc":
                    "@one:registry=https://one.example/npm/\nregistry=https://all.example/\ncafile=/etc/own.pem\n",
                "home/.npmrc": "registry=https://not-read.example/\n",
            ],
            [
                "npm_config_userconfig": folder.path.appending("named.rc").string,
                "npm_config_@two:registry": "https://two.example",
            ])
        #expect(try registry(found, "@one/x") == "https://one.example/npm/")
        #expect(try registry(found, "@two/x") == "https://two.example/")
        #expect(try registry(found, "x") == "https://all.example/")
        #expect(found.certificates == "/etc/own.pem")
        #expect("\(try found.metadata(of: "@one/x"))" == "https://one.example/npm/%40one%2Fx")
    }

    @Test func `without any registry npm is asked, and without npm a person is`() async throws {
        let npm = folder.path.appending("npm")
        let script = "#!/bin/sh\n[ \"$*\" = 'config get registry' ] && echo https://default.example/\n"
        try Files.writeAtomically(Array(script.utf8), to: npm, mode: 0o755)
        try Files.makeDirectory(folder.path.appending("project"))
        #expect(try registry(await configuration(npm: npm)) == "https://default.example/")
        let scoped = try await configuration(["home/.npmrc": "@one:registry=https://one.example/\n"])
        #expect(try registry(scoped, "@one/x").contains("one.example"))
        let error = #expect(throws: BerthError.self) { try scoped.registry(of: "x") }
        #expect(error?.status == .usage && error?.remedy?.contains("berth.yaml") == true)
    }

    @Test func `the real npm's answer is understood`() async throws {
        try Files.makeDirectory(folder.path.appending("project"))
        let found = try await configuration(npm: try NpmPeer.program())
        #expect(try registry(found).hasPrefix("http"))
    }

    @Test func `a token goes to the folder that it is for, and is shown nowhere`() async throws {
        let text = """
            registry=https://host.example:8443/npm/
            //host.example:8443/npm/:_authToken=${TOKEN}
            //basic.example/:_auth=bmFtZTpzM2NyZXQ=
            //named.example/a/:username=name
            //named.example/a/:_password=czNjcmV0
            @basic:registry=https://basic.example/deep/down/
            @named:registry=https://named.example/a/
            @outside:registry=https://named.example/b/
            @unset:registry=https://unset.example/
            //unset.example/:_authToken=${NOT_SET}
            """
        let tree: Tree = ["home/.npmrc": .file(Array(text.utf8), mode: 0o600)]
        let found = try await configuration(tree, ["TOKEN": "s3cret"])
        func has(_ name: String, _ credentials: Credentials?) throws -> Bool {
            try found.metadata(of: name)
                == found.registry(of: name).appending(component: name).authorised(by: credentials)
        }
        let basic = try #require(Credentials(name: "name", password: "s3cret"))
        let bearer = try #require(Credentials(bearer: "s3cret"))
        #expect(try has("a", bearer))
        #expect(try has("@basic/a", basic) && has("@named/a", basic))
        #expect(try has("@outside/a", nil) && has("@unset/a", nil))
        // A tarball elsewhere gets no token; one on the registry's host does.
        let pin = NpmPin(name: "a", version: "1.0.0", fileName: "a-1.0.0.tgz")
        let own = try found.addresses(of: pin, stated: "https://host.example:8443/files/a-1.0.0.tgz")
        #expect(own.map { "\($0)" } == ["https://***@host.example:8443/files/a-1.0.0.tgz"])
        let other = try found.addresses(of: pin, stated: "https://cdn.example/a-1.0.0.tgz")
        #expect(
            other.map { "\($0)" } == [
                "https://***@host.example:8443/npm/a/-/a-1.0.0.tgz", "https://cdn.example/a-1.0.0.tgz",
            ])
        // Nor does one that metadata lead to without TLS, although the host is the same.
        for stated in ["http://host.example:8443/npm/a/-/a-1.0.0.tgz", "http://host.example/npm/a.tgz"] {
            let open = try found.addresses(of: pin, stated: stated)
            #expect(open.map { "\($0)" } == ["https://***@host.example:8443/npm/a/-/a-1.0.0.tgz", stated])
        }
        var dumped = "\(found)"
        dump(found, to: &dumped)
        #expect(!dumped.contains("s3cret") && !dumped.contains("czNjcmV0") && !dumped.contains("bmFtZTpzM2NyZXQ"))
        let error = found.refused(BerthError(.authenticationNeeded, "refused"))
        #expect(error.remedy?.contains("NOT_SET") == true)
    }

    @Test func `lines are read as npm's ini reads them`() {
        let file = NpmrcFile(
            "a=1\n b = two words \nc\n;d=4\n# e\nf='single'\ng=\"double\"\nh=x\\;y\\#z;comment\ni=${A}-${B?}-${C}\n[s]\nj=1\n",
            variables: ["A": "x"])
        #expect(file.values.map(\.key) == ["a", "b", "c", "f", "g", "h", "i"])
        #expect(file.values.map(\.value) == ["1", "two words", "true", "single", "double", "x;y#z", "x--${C}"])
        #expect(file.unset == ["C"])
    }
}
