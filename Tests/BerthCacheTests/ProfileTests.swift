import BerthSystem
import BerthTestSupport
import SystemPackage
import Testing

@testable import BerthCache

/// Profiles: read strictly, found by name, and where their folders lie.
struct ProfileTests {
    private func places(
        _ name: String, _ environment: [String: String] = [:], _ system: String = "linux", isRoot: Bool = false
    ) throws -> [String] {
        var values = Profiles.values(environment, system: system)
        values.isRoot = isRoot
        return try ProfilePaths.resolve(try Profiles.named(name), values).map { "\($0.label) \($0.path)" }
    }

    @Test func `all shipped profiles can be read, and each says what it caches`() throws {
        let all = try Profiles.catalog.all()
        #expect(
            all.map(\.name) == [
                "custom", "node-modules", "npm", "pdm", "pip", "playwright", "pnpm", "poetry", "uv", "venv", "yarn",
            ])
        for profile in all where profile.name != "custom" {
            #expect(!profile.lockfiles.isEmpty && !profile.paths.isEmpty && profile.install != nil, "\(profile.name)")
            #expect(profile.toolchain.starts(with: [.system, .architecture, .libc]), "\(profile.name)")
            #expect((profile.caches == .tree) == ["venv", "node-modules"].contains(profile.name))
        }
    }

    @Test func `folders lie where each tool keeps them, on both systems`() throws {
        #expect(try places("uv") == ["uv /home/me/.cache/uv"])
        #expect(try places("uv", ["XDG_CACHE_HOME": "/x"]) == ["uv /x/uv"])
        #expect(try places("uv", ["XDG_CACHE_HOME": "/x", "UV_CACHE_DIR": "here"]) == ["uv /job/checkout/here"])
        #expect(try places("uv", ["UV_CACHE_DIR": ""], "macos") == ["uv /home/me/.cache/uv"])
        #expect(try places("pip", [:], "macos").first == "http /home/me/Library/Caches/pip/http-v2")
        #expect(try places("pip", ["PIP_CACHE_DIR": "~/p"]).last == "wheels /home/me/p/wheels")
        #expect(try places("npm", ["NPM_CONFIG_CACHE": "/n"]) == ["cacache /n/_cacache"])
        #expect(try places("pnpm", ["PNPM_HOME": "/p"]) == ["store /p/store"])
        #expect(try places("pnpm", [:], "macos") == ["store /home/me/Library/pnpm/store"])
        #expect(try places("pnpm", ["XDG_DATA_HOME": "/d"]) == ["store /d/pnpm/store"])
        #expect(try places("pnpm", ["npm_config_store_dir": "~/s", "PNPM_HOME": "/p"]) == ["store /home/me/s"])
        #expect(try places("playwright", ["PLAYWRIGHT_BROWSERS_PATH": "/b"]) == ["browsers /b"])
        #expect(try places("venv") == ["venv /job/checkout/.venv"])
        #expect(try places("yarn", [:], isRoot: true).first == "classic /usr/local/share/.cache/yarn")
        #expect(try places("yarn", ["YARN_GLOBAL_FOLDER": "/g"])[1] == "berry /g/cache")
    }

    @Test func `a variable that switches a cache off is an error that names it`() throws {
        let browsers = Profiles.failure { _ = try places("playwright", ["PLAYWRIGHT_BROWSERS_PATH": "0"]) }
        #expect(browsers.contains("PLAYWRIGHT_BROWSERS_PATH is set"), "\(browsers)")
        #expect(Profiles.failure { _ = try places("pip", ["PIP_NO_CACHE_DIR": "1"]) }.contains("PIP_NO_CACHE_DIR"))
        #expect(try places("pip", ["PIP_NO_CACHE_DIR": "false"]).count == 3)
    }

    @Test func `a path map says where this process finds what a job sees; the longest folder counts`() throws {
        var values = Profiles.values(root: "/__w/hello")
        try values.map.add(from: "/__w", to: "/srv/work")
        try values.map.add(from: "/__w/hello", to: "/srv/hello")
        let venv = try #require(try ProfilePaths.resolve(try Profiles.named("venv"), values).first)
        #expect(venv.seen == "/__w/hello/.venv" && venv.path == "/srv/hello/.venv")
        #expect(values.map.place(of: "/__work/a") == "/__work/a" && values.map.place(of: "/__w") == "/srv/work")
        #expect(Profiles.failure { try values.map.add(from: "a", to: "/b") }.contains("absolute"))
    }

    @Test func `two names of one folder are saved once and restored under either`() throws {
        let values = Profiles.values(["YARN_CACHE_FOLDER": ".yarn/cache"])
        let paths = try ProfilePaths.resolve(try Profiles.named("yarn"), values)
        #expect(ProfilePaths.toSave(paths).map(\.label) == ["classic", "berry"])
        #expect(ProfilePaths.toRestore(paths).map(\.label) == ["classic", "berry", "project"])
    }

    @Test func `all faults of a profile are shown with their lines`() throws {
        let text = """
            name: My Profile
            caches: everything
            lockfiles: ["../other.lock"]
            toolchain: [os, pyton]
            paths:
              - label: a
                at: [$HOME/../x]
              - label: a
                linux: [~/.a]
            off: ["A B"]
            partial: maybe
            lockfile: x

            """
        let found = Profiles.failure { _ = try ProfileReader.read(Array(text.utf8), file: "p.yaml") }
        for part in [
            "p.yaml:1:7", "\"everything\" is not a value", "p.yaml:3:13", "did you mean \"python\"", "is no place",
            "lies nowhere", "stands here twice", "write NAME", "true or false", "did you mean \"lockfiles\"",
        ] { #expect(found.contains(part), "\(part): \(found)") }
    }

    @Test func `a project's own profile comes before the shipped one, and must have its file's name`() throws {
        let folder = try TemporaryFolder("profiles")
        try folder.write([
            "own/pip.yaml": "name: pip\ntitle: ours\ncaches: tree\ntoolchain: []\n",
            "own/other.yaml": "name: pip\ncaches: tree\ntoolchain: []\n", "own/policy.yaml": "x: y\n",
        ])
        let catalog = ProfileCatalog(folders: [folder.path.appending("own")] + Profiles.catalog.folders)
        #expect(try catalog.profile("pip").title == "ours" && catalog.profile("uv").name == "uv")
        #expect(Profiles.failure { _ = try catalog.profile("other") }.contains("calls itself pip"))
        #expect(Profiles.failure { _ = try catalog.profile("pips") }.contains("did you mean \"pip\""))
        #expect(Profiles.failure { _ = try catalog.profile("policy") }.contains("there is no profile policy"))
    }
}
