import BerthArchive
import BerthSystem
import BerthTestSupport
import Foundation
import SystemPackage
import Testing

/// `berth image push`, `pull` and `copy` against Debian's docker-registry.
@Suite(.linuxOnly("docker-registry and skopeo")) struct RegistryTests {
    /// A small image that others made, on a registry under `team/tiny:1`; or one with a first layer of so many bytes.
    static func put(
        _ registry: DebianRegistry, in folder: TemporaryFolder, _ calls: Calls, as name: String = "tiny",
        layer size: Int? = nil
    ) async throws -> Digest {
        let script = project.pushing("Tests/Readers/tiny-image.py").string
        let layout = folder.path.appending("layout-\(name)").string
        let made = try await calls.other("/usr/bin/python3", [script, layout] + (size.map { ["\($0)"] } ?? []))
        try #require(made.code == 0, "\(made.errors)")
        let copied = try await calls.other(
            "skopeo",
            [
                "copy", "--quiet", "--all", "--preserve-digests", "--dest-tls-verify=false", "oci:\(layout):1",
                "docker://\(registry.host)/team/\(name):1",
            ])
        try #require(copied.code == 0, "\(copied.errors)")
        return try Digest(made.output.trimmingCharacters(in: .whitespacesAndNewlines))
    }

    private func object(_ outcome: Command.Outcome) throws -> [String: Any] {
        try #require(outcome.code == 0, "\(outcome.errors)")
        return try #require(try outcome.json() as? [String: Any])
    }

    private func sent(_ report: [String: Any], _ key: String = "moved") -> Int? {
        (report[key] as? [String: Any])?["count"] as? Int
    }

    @Test func `an image goes from skopeo through the store to another repository, digest for digest`() async throws {
        let folder = try TemporaryFolder("registry")
        let calls = Calls(home: folder.path.appending("home"), environment: ["DOCKER_CONFIG": folder.path.string])
        try await DebianRegistry.serving { registry in
            let index = try await Self.put(registry, in: folder, calls)
            let pulled = try object(await calls.berth("image", "pull", "\(registry.host)/team/tiny:1", "--json"))
            #expect(pulled["image"] as? String == "tiny:1" && pulled["isNew"] as? Bool == true)
            #expect(pulled["digest"] as? String == "\(index)" && pulled["index"] as? String == "\(index)")
            let again = try await calls.berth("image", "pull", "\(registry.host)/team/tiny:1")
            #expect(
                again.code == 0 && again.output.contains("it was here already") && again.output.contains("0 fetched"))
            let shown = try await calls.berth("image", "show", "tiny:1")
            #expect(shown.code == 0 && shown.output.contains("linux/arm64") && shown.output.contains("linux/amd64"))

            let target = "\(registry.host)/other/tiny"
            let pushed = try object(await calls.berth("image", "push", "tiny:1", target, "--tag", "extra", "--json"))
            #expect(pushed["tags"] as? [String] == ["1", "extra"] && (sent(pushed) ?? 0) > 0)
            let patches = registry.requests("PATCH")
            let unchanged = try object(await calls.berth("image", "push", "tiny:1", target, "--json"))
            #expect(sent(unchanged) == 0 && registry.requests("PATCH") == patches)
            let raw = try await calls.other(
                "skopeo", ["inspect", "--tls-verify=false", "--raw", "docker://\(target):extra"])
            #expect(Digest.of(raw.output) == index)

            let copied = try object(
                await calls.berth("image", "copy", "\(target):1", "\(registry.host)/third:2", "--json"))
            #expect(
                copied["digest"] as? String == "\(index)" && sent(copied) == 0 && (sent(copied, "mounted") ?? 0) > 0)
            let check = try await calls.berth("store", "check", "--read-data", "--progress", "none")
            #expect(check.code == 0 && check.output.hasSuffix("no damage found\n"), "\(check)")
        }
    }

    @Test func `pushed as zstd it unpacks to the same files, and the second time nothing is made or sent`() async throws
    {
        let folder = try TemporaryFolder("registry")
        let calls = Calls(home: folder.path.appending("home"), environment: ["DOCKER_CONFIG": folder.path.string])
        try await DebianRegistry.serving { registry in
            _ = try await Self.put(registry, in: folder, calls)
            _ = try object(await calls.berth("image", "pull", "\(registry.host)/team/tiny:1", "--json"))
            let target = "\(registry.host)/zstd/tiny:1"
            let pushed = try object(
                await calls.berth("image", "push", "tiny:1", target, "--compression", "zstd", "--json"))
            let again = try object(
                await calls.berth("image", "push", "tiny:1", target, "--compression", "zstd", "--json"))
            #expect(pushed["digest"] as? String == again["digest"] as? String && sent(again) == 0)
            for architecture in ["arm64", "amd64"] {
                let files = try await layers(of: target, architecture, in: folder, calls)
                let promised = try await configured("\(registry.host)/team/tiny:1", architecture, calls)
                #expect(!files.isEmpty && files == promised)
            }
            let index = try await calls.other(
                "skopeo", ["inspect", "--tls-verify=false", "--raw", "docker://\(target)"])
            let entries = try #require((try index.json() as? [String: Any])?["manifests"] as? [[String: Any]])
            for entry in entries {
                let name = "docker://\(registry.host)/zstd/tiny@\(entry["digest"] as? String ?? "")"
                let manifest = try await calls.other("skopeo", ["inspect", "--tls-verify=false", "--raw", name])
                #expect(manifest.output.contains("tar+zstd") && !manifest.output.contains("tar+gzip"), "\(manifest)")
            }
            // A store of its own reads it back, expands every layer and compares it with the configuration.
            let other = Calls(home: folder.path.appending("other"), environment: calls.environment)
            let back = try object(await other.berth("image", "pull", target, "--json"))
            #expect(back["digest"] as? String == pushed["digest"] as? String)
        }
    }

    /// Digests of a platform's layers, as skopeo fetches them and zstd unpacks them.
    private func layers(
        of name: String, _ architecture: String, in folder: TemporaryFolder, _ calls: Calls
    ) async throws -> [String] {
        let target = folder.path.appending("files-\(architecture)").string
        let fetched = try await calls.other(
            "skopeo",
            [
                "copy", "--quiet", "--src-tls-verify=false", "--override-arch", architecture, "docker://\(name)",
                "dir:\(target)",
            ])
        try #require(fetched.code == 0, "\(fetched.errors)")
        let listed = try await calls.shell(
            "jq -r '.layers[].digest' '\(target)/manifest.json' | cut -d: -f2 | while read -r layer; do "
                + "zstd -qdc <'\(target)'/$layer | sha256sum; done")
        try #require(listed.code == 0, "\(listed.errors)")
        return listed.output.split(separator: "\n").map { "sha256:" + $0.prefix { $0 != " " } }
    }

    /// The digests of unpacked layers that a platform's configuration on a registry promises.
    private func configured(_ name: String, _ architecture: String, _ calls: Calls) async throws -> [String] {
        let shown = try await calls.other(
            "skopeo",
            ["inspect", "--tls-verify=false", "--config", "--override-arch", architecture, "docker://\(name)"])
        let root = try object(shown)["rootfs"] as? [String: Any]
        return try #require(root?["diff_ids"] as? [String])
    }

    @Test(arguments: [TestEngine.docker20, .podman]) func `engines pull what was pushed`(kind: TestEngine) async throws
    {
        let folder = try TemporaryFolder("registry")
        var calls = Calls(home: folder.path.appending("home"), environment: ["DOCKER_CONFIG": folder.path.string])
        let engine = try await kind.start()
        // Podman wants the file of logins to be there where its folder is named.
        try folder.write(["config.json": "{}"])
        calls.environment.merge(engine.environment) { $1 }
        try await DebianRegistry.serving { registry in
            // Of its own: what another test removes from the same engine at this moment takes all names of that image.
            _ = try await Self.put(registry, in: folder, calls, layer: 5_001)
            _ = try object(await calls.berth("image", "pull", "\(registry.host)/team/tiny:1", "--json"))
            let target = "\(registry.host)/pulled/tiny:1"
            _ = try object(await calls.berth("image", "push", "tiny:1", target, "--json"))
            let client = kind == .podman ? "podman" : "docker"
            let options = kind == .podman ? ["--tls-verify=false"] : []
            let pulled = try await calls.other(
                client, ["pull", "--quiet", "--platform", "linux/amd64"] + options + [target])
            #expect(pulled.code == 0, "\(pulled)")
            let shown = try await calls.other(client, ["image", "inspect", target])
            #expect(shown.code == 0 && shown.output.contains("amd64"), "\(shown)")
            _ = try await calls.other(client, ["rmi", target])
        }
    }

    @Test(arguments: [TestEngine.docker20, .podman]) func `what engines pushed is pulled`(kind: TestEngine) async throws
    {
        let folder = try TemporaryFolder("registry")
        var calls = Calls(home: folder.path.appending("home"), environment: ["DOCKER_CONFIG": folder.path.string])
        let engine = try await kind.start()
        try folder.write(["config.json": "{}"])
        calls.environment.merge(engine.environment) { $1 }
        try await DebianRegistry.serving { registry in
            _ = try await Self.put(registry, in: folder, calls, layer: 5_002)
            let (source, target) = ("\(registry.host)/team/tiny:1", "\(registry.host)/engines/tiny:1")
            let client = kind == .podman ? "podman" : "docker"
            let options = kind == .podman ? ["--tls-verify=false"] : []
            for arguments in [
                ["pull", "--quiet", "--platform", "linux/amd64"] + options + [source], ["tag", source, target],
                ["push"] + options + [target], ["rmi", source, target],
            ] {
                let outcome = try await calls.other(client, arguments)
                #expect(outcome.code == 0, "\(arguments) \(outcome)")
            }
            let pulled = try object(await calls.berth("image", "pull", target, "--as", "theirs", "--json"))
            #expect(pulled["image"] as? String == "theirs:1")
            let shown = try await calls.berth("image", "show", "theirs:1").output
            #expect(shown.contains("linux/amd64") && !shown.contains("linux/arm64"))
            let check = try await calls.berth("store", "check", "--read-data", "--progress", "none")
            #expect(check.code == 0 && check.output.hasSuffix("no damage found\n"), "\(check)")
        }
    }

    @Test func `a pull of one platform, and under another name`() async throws {
        let folder = try TemporaryFolder("registry")
        let calls = Calls(home: folder.path.appending("home"), environment: ["DOCKER_CONFIG": folder.path.string])
        try await DebianRegistry.serving { registry in
            _ = try await Self.put(registry, in: folder, calls)
            let source = "\(registry.host)/team/tiny:1"
            let pulled = try object(
                await calls.berth("image", "pull", source, "--platform", "linux/arm64", "--as", "mine", "--json"))
            #expect(pulled["image"] as? String == "mine:1")
            #expect(pulled["index"] as? String != pulled["digest"] as? String)
            let shown = try await calls.berth("image", "show", "mine:1").output
            #expect(shown.contains("linux/arm64") && !shown.contains("linux/amd64"))
            let check = try await calls.berth("store", "check", "--progress", "none")
            #expect(check.code == 0 && check.output.hasSuffix("no damage found\n"), "\(check)")
            let exported = try await calls.berth(
                "image", "export", "mine:1", "--output", folder.path.appending("mine.tar").string)
            #expect(exported.code == 0, "\(exported)")
        }
    }

    @Test func `a registry that wants a login: exit code 4, then the login of docker's file`() async throws {
        let folder = try TemporaryFolder("registry")
        let calls = Calls(home: folder.path.appending("home"), environment: ["DOCKER_CONFIG": folder.path.string])
        try await DebianRegistry.serving { open in
            _ = try await Self.put(open, in: folder, calls)
            _ = try object(await calls.berth("image", "pull", "\(open.host)/team/tiny:1", "--json"))
            try await DebianRegistry.serving(asksForLogin: true) { closed in
                let target = "\(closed.host)/tiny:1"
                let refused = try await calls.berth("image", "push", "tiny:1", target, "--json", "--progress", "none")
                #expect(refused.code == 4)
                #expect(
                    (try refused.errorObject()["remedy"] as? String)?.contains("docker login \(closed.host)") == true)
                let login = DebianRegistry.login
                let auth = Data("\(login.name):\(login.password)".utf8).base64EncodedString()
                try folder.write([
                    "config.json": .file(
                        Array(#"{"auths":{"\#(closed.host)":{"auth":"\#(auth)"}}}"#.utf8), mode: 0o600)
                ])
                let pushed = try await calls.berth("image", "push", "tiny:1", target)
                #expect(pushed.code == 0, "\(pushed)")
                let read = try await calls.other(
                    "skopeo",
                    [
                        "inspect", "--tls-verify=false", "--creds", "\(login.name):\(login.password)",
                        "--override-arch", "arm64", "docker://\(target)",
                    ])
                #expect(read.code == 0, "\(read.errors)")
            }
        }
    }

    @Test func `a registry with TLS is trusted with the certificate that SSL_CERT_FILE names, and not without`()
        async throws
    {
        let folder = try TemporaryFolder("registry")
        let certificate = try await TestCertificate(in: folder)
        let environment = ["DOCKER_CONFIG": folder.path.string]
        let calls = Calls(home: folder.path.appending("home"), environment: environment)
        let trusting = Calls(
            home: folder.path.appending("home"),
            environment: environment.merging(["SSL_CERT_FILE": certificate.certificate.string]) { $1 })
        try await DebianRegistry.serving { open in
            let index = try await Self.put(open, in: folder, calls)
            _ = try object(await calls.berth("image", "pull", "\(open.host)/team/tiny:1", "--json"))
            try await DebianRegistry.serving(certificate: certificate) { closed in
                // Loopback would be spoken to without TLS.
                let target = "\(closed.host.replacing("127.0.0.1", with: "0.0.0.0"))/tiny:1"
                let refused = try await calls.berth("image", "push", "tiny:1", target, "--progress", "none")
                #expect(refused.code != 0 && refused.errors.contains("certificate"), "\(refused)")
                #expect(closed.requests("PUT") == 0)
                let pushed = try await trusting.berth("image", "push", "tiny:1", target)
                #expect(pushed.code == 0, "\(pushed)")
                let read = try await calls.other(
                    "skopeo", ["inspect", "--raw", "--tls-verify=false", "docker://\(target)"])
                #expect(Digest.of(Array(read.output.utf8)) == index)
            }
        }
    }

    @Test func `what can't be done says why and how to do it`() async throws {
        let folder = try TemporaryFolder("registry")
        let calls = Calls(
            home: folder.path,
            environment: ["DOCKER_CONFIG": folder.path.string, "XDG_CONFIG_HOME": folder.path.string])
        let wrong = try await calls.berth("image", "pull", "Not A Reference")
        #expect(wrong.code == 64 && wrong.errors.contains("hint:"))
        let nobody = try await calls.berth("image", "pull", "127.0.0.1:1/x:1", "--progress", "none")
        #expect(nobody.code == 75 && nobody.errors.contains("the connection was refused"), "\(nobody)")
        let digest = "sha256:" + String(repeating: "0", count: 64)
        let none = try await calls.berth("image", "push", "x", "127.0.0.1:1/x@\(digest)")
        #expect(none.code == 64, "\(none)")
    }
}
