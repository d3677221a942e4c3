import BerthSystem
import BerthTestSupport
import Foundation
import SystemPackage
import Testing

/// The Node image in real engines: the browser natively on amd64, all else for arm64 under QEMU.
@Suite(.serialized, .linuxOnly("Docker's own programs")) struct NodeImageTests {
    /// A page with a button, clicked by an unmodified Playwright, and a picture of what became of it.
    static let script = """
        const { chromium } = require("playwright-core");
        (async () => {
          const browser = await chromium.launch();
          const page = await browser.newPage({ viewport: { width: 640, height: 240 } });
          await page.setContent(`<body style="font: 28px sans-serif; background: #eef6fb; padding: 2em">
            <h1>Berth</h1><button onclick="this.textContent = 'moored'">moor</button></body>`);
          await page.click("button");
          console.log(await page.textContent("button"), require("playwright-core/package.json").version);
          await page.screenshot({ path: "/out/page.png" });
          await browser.close();
        })().catch(error => { console.error(error); process.exit(1); });
        """

    @Test func `berth image test runs the recipe's checks with the browser`() async throws {
        var calls = try await RecipeImage.node().calls
        let newest = try await RecipeImage.node().newest
        calls.environment.merge(try await TestEngine.docker20.start().environment) { $1 }
        let outcome = try await calls.berth(
            "image", "test", "node", "--platform", "linux/amd64", "--progress", "none", limit: .seconds(600))
        #expect(outcome.code == 0 && outcome.output.hasPrefix("\(newest) for linux/amd64 in "), "\(outcome)")
        #expect(outcome.output.contains("all 11 passed"), "\(outcome)")
    }

    @Test(arguments: [nil, "1.60.0", "1.63.0"])
    func `a Playwright release finds Debian's Chromium, clicks and takes a picture`(release: String?) async throws {
        let engine = try await EngineCalls.load(.docker20, "linux/amd64", "node")
        let folder = try TemporaryFolder("playwright")
        try folder.write(["out/readme": .text("pictures\n"), "test/page.js": .text(Self.script)])
        let (output, test) = (folder.path.appending("out"), folder.path.appending("test"))
        // The image's user writes there, who is nobody on this machine.
        try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: output.string)
        var options = ["--volume", "\(output):/out", "--volume", "\(test):/test:ro"]
        if let release {
            let packages = try await Self.driver(release, in: folder.path)
            options += ["--volume", "\(packages):/modules/playwright-core:ro", "--env", "NODE_PATH=/modules"]
        }
        let outcome = try await engine.run("node /test/page.js", platform: "linux/amd64", options: options)
        #expect(outcome.code == 0, "\(outcome)")
        #expect(outcome.output.hasPrefix("moored \(release ?? "1.")"), "\(outcome)")
        let picture = try Files.read(output.appending("page.png"))
        #expect(picture.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]))
        // IHDR: width and height, big-endian, from byte 16 on.
        #expect(Array(picture[16..<24]) == [0, 0, 2, 128, 0, 0, 0, 240])
        if release == nil, Machine.environment("BERTH_WRITE_DOCS") != nil {
            try Files.writeAtomically(picture, to: project.pushing("docs/pictures/playwright.png"))
        }
    }

    /// The newest release of each kind when the recipe's table was written.
    private static let releases = [
        "1.58": "1.58.0", "1.59": "1.59.0", "1.60": "1.60.0", "1.61": "1.61.0", "1.62": "1.62.0", "1.63": "1.63.0",
        "1.64": "1.64.1", "1.65": "1.65.0", "1.65.2": "1.65.2",
    ]

    @Test func `the recipe's table has the revisions that the releases themselves ask for`() async throws {
        let recipe = try Files.readText(project.pushing("images/node/berth.yaml"))
        let rows = recipe.matches(of: #/\n    "([0-9.]+)": ([0-9]+)/#).map {
            (String($0.output.1), String($0.output.2))
        }
        #expect(Set(rows.map(\.0)) == Set(Self.releases.keys))
        let videos = try #require(recipe.firstMatch(of: #/\n    revisions: \[([0-9, ]+)\]/#)?.output.1)
        let known = Set(videos.split(separator: ",").map { $0.filter(\.isNumber) })
        for (release, revision) in rows {
            let folder = try TemporaryFolder("browsers")
            let driver = try await Self.driver(try #require(Self.releases[release]), in: folder.path)
            let list =
                try JSONSerialization.jsonObject(
                    with: Data(try Files.read(driver.appending("browsers.json")))) as? [String: Any]
            let pairs = (list?["browsers"] as? [[String: Any]] ?? []).map { browser in
                (browser["name"] as? String ?? "", browser["revision"] as? String ?? "")
            }
            let asked = Dictionary(pairs) { first, _ in first }
            #expect(asked["chromium"] == revision, "\(release)")
            #expect(known.contains(asked["ffmpeg"] ?? "none"), "\(release) asks for ffmpeg \(asked["ffmpeg"] ?? "")")
        }
    }

    /// The driver inside a release's wheel, as PyPI has it: Playwright as its makers ship it.
    private static func driver(_ release: String, in folder: FilePath) async throws -> FilePath {
        var command = Command(
            try Programs.require("uv", remedy: "scripts/setup test"),
            [
                "pip", "install", "--quiet", "--no-deps", "--target", folder.appending("wheel").string,
                "--python-platform", "x86_64-manylinux2014", "--only-binary", ":all:", "playwright==\(release)",
            ])
        command.limit = .seconds(300)
        _ = try await command.output()
        return folder.pushing("wheel/playwright/driver/package")
    }

    @Test func `an arm64 container has Node 24, npm and Playwright`() async throws {
        let engine = try await EngineCalls.load(.docker26, "linux/arm64", "node")
        let outcome = try await engine.run(
            """
            uname -m; id -un; node --version
            node -e 'console.log([3, 1, 2].sort().join(), process.arch, process.versions.openssl !== undefined)'
            npm --version >/dev/null && corepack --version >/dev/null && echo npm runs
            if command -v pnpm; then pnpm --version; fi
            node -e 'console.log(require("playwright-core").chromium.executablePath())'
            test -x "$(node -e 'console.log(require("playwright-core").chromium.executablePath())')" && echo there
            """)
        #expect(outcome.code == 0, "\(outcome)")
        #expect(outcome.output.hasPrefix("aarch64\nrunner\nv24."), "\(outcome)")
        #expect(outcome.output.contains("1,2,3 arm64 true\nnpm runs\n"))
        #expect(outcome.output.contains("/ms-playwright/") && outcome.output.hasSuffix("there\n"))
    }

    @Test func `the image says which versions it holds`() async throws {
        let image = try await RecipeImage.node()
        let outcome = try await image.calls.other(
            "skopeo", ["inspect", "--override-arch", "arm64", "oci:\(image.home):\(image.newest)"])
        let answer = try #require(try outcome.json() as? [String: Any])
        let labels = try #require(answer["Labels"] as? [String: String])
        #expect(labels["berth.version.node"]?.hasPrefix("24.") == true)
        #expect(labels["berth.version.playwright"]?.isEmpty == false)
        #expect(labels["berth.version.chromium"]?.contains("deb13") == true)
        #expect(labels["berth.version.ffmpeg"]?.contains("deb13") == true)
    }
}
