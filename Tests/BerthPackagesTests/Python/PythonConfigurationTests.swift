import BerthSystem
import BerthTestSupport
import SystemPackage
import Testing

@testable import BerthPackages

/// Where index addresses come from.
@Suite struct PythonConfigurationTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder("pip") }

    private func indexes(_ tree: Tree = [:], _ variables: [String: String] = [:]) throws -> PythonIndexes {
        try folder.write(tree)
        return try PythonIndexes.configured(
            MachineConfiguration(variables: variables, home: folder.path.appending("home"), root: folder.path))
    }

    @Test func `a machine without configuration leaves everything to uv`() throws {
        #expect(try indexes() == PythonIndexes())
        #expect(try indexes().variables.isEmpty)
    }

    @Test func `the user's file wins over the system's, a variable over both`() throws {
        let tree: Tree = [
            "etc/pip.conf":
                "[global]\nindex-url = https://one.example/simple\nextra_index_url: https://more.example/simple\n",
            "home/.config/pip/pip.conf":
                "# mine\n[global]\nindex-url=https://two.example/simple\n[download]\nindex-url=https://no.example\n",
        ]
        #expect(try indexes(tree).main == "https://two.example/simple")
        #expect(try indexes(tree).more == ["https://more.example/simple"])
        #expect(
            try indexes(tree, ["PIP_INDEX_URL": "https://three.example/simple"]).main == "https://three.example/simple")
        #expect(try indexes(tree, ["PIP_CONFIG_FILE": "/dev/null"]) == PythonIndexes())
    }

    @Test func `the named file and the environment's file count, and the install section wins`() throws {
        let tree: Tree = [
            "venv/pip.conf": "[global]\nindex-url = https://venv.example/simple\n",
            "named.conf":
                "[install]\nindex-url = https://named.example/simple\n[global]\nindex-url = https://x.example\n",
        ]
        let venv = folder.path.appending("venv").string
        #expect(try indexes(tree, ["VIRTUAL_ENV": venv]).main == "https://venv.example/simple")
        let named = folder.path.appending("named.conf").string
        #expect(
            try indexes(tree, ["VIRTUAL_ENV": venv, "PIP_CONFIG_FILE": named]).main == "https://named.example/simple")
    }

    @Test func `values over several lines, certificates and trusted hosts are taken; find-links is not`() throws {
        let text =
            "[global]\nextra-index-url =\n    https://a.example/simple\n    # note\n    https://b.example/simple\n"
            + "trusted-host = a.example\ncert = /etc/own.pem\nfind-links = /opt/wheels\n"
        let found = try indexes(["etc/pip.conf": .file(Array(text.utf8), mode: 0o644)])
        #expect(found.more == ["https://a.example/simple", "https://b.example/simple"])
        #expect(
            found.variables == [
                "UV_INDEX": "https://a.example/simple https://b.example/simple", "UV_INSECURE_HOST": "a.example",
                "SSL_CERT_FILE": "/etc/own.pem",
            ])
        #expect(try indexes([:], ["SSL_CERT_FILE": "/x.pem"]).certificates == nil)
        // An index that the caller names keeps the machine's certificates.
        let machine = MachineConfiguration(variables: [:], home: folder.path.appending("home"), root: folder.path)
        let named = try PythonIndexes(main: "https://c.example/simple").trusting(machine)
        #expect(named.main == "https://c.example/simple" && named.more.isEmpty && named.certificates == "/etc/own.pem")
    }

    @Test func `with an index of uv's own, pip's are not mixed in`() throws {
        let pip: Tree = ["etc/pip.conf": "[global]\nindex-url = https://one.example/simple\n"]
        #expect(try indexes(pip, ["UV_DEFAULT_INDEX": "https://uv.example/simple"]).main == nil)
        #expect(try indexes(pip, ["UV_INDEX_URL": "https://uv.example/simple"]).main == nil)
        let user: Tree = ["home/.config/uv/uv.toml": "[[index]]\nurl = \"https://uv.example/simple\"\ndefault = true\n"]
        #expect(try indexes(user).main == nil)
        #expect(try indexes([:], ["UV_NO_CONFIG": "1"]).main == "https://one.example/simple")
        #expect(try indexes(["home/.config/uv/uv.toml": "[pip]\nindex-url = \"https://uv.example\"\n"]).main == nil)
        #expect(try indexes(["home/.config/uv/uv.toml": "offline = false\n"]).main == "https://one.example/simple")
        let broken = #expect(throws: BerthError.self) { try indexes(["home/.config/uv/uv.toml": "index = [\n"]) }
        #expect(broken?.status == .usage)
    }

    @Test func `no-index is an error that says where it stands`() throws {
        let error = #expect(throws: BerthError.self) { try indexes(["etc/pip.conf": "[global]\nno-index = true\n"]) }
        #expect(error?.status == .usage && error?.place?.hasSuffix("etc/pip.conf") == true)
    }

    @Test func `a file on the index's host gets the index's password, any other does not`() {
        let indexes = PythonIndexes(main: "https://me:secret@mirror.example:8443/simple")
        #expect(
            indexes.authorised("https://mirror.example:8443/f/a.whl") == "https://me:secret@mirror.example:8443/f/a.whl"
        )
        #expect(indexes.authorised("https://mirror.example/f/a.whl") == "https://mirror.example/f/a.whl")
        #expect(indexes.authorised("http://mirror.example:8443/f/a.whl") == "http://mirror.example:8443/f/a.whl")
        #expect(indexes.authorised("https://x@mirror.example:8443/a") == "https://x@mirror.example:8443/a")
    }
}
