import BerthSystem
import BerthTestSupport
import SystemPackage
import Testing

/// Other people's programs read the store and the archive of the Python image.
@Suite(.linuxOnly("skopeo, umoci and GNU tar")) struct ImageReaderTests {
    private func check(_ kind: String, _ layout: FilePath, _ name: String) async throws -> [Substring] {
        let image = try await RecipeImage.python()
        let script = project.pushing("Tests/Readers/layout.py").string
        let outcome = try await image.calls.other(
            "/usr/bin/python3", ["-W", "ignore", script, kind, layout.string, name])
        #expect(outcome.code == 0 && outcome.errors.isEmpty, "\(outcome.errors.prefix(4000))")
        return outcome.output.split(separator: "\n")
    }

    @Test func `index, manifests and configurations hold the OCI schemas and are canonical JSON`() async throws {
        let image = try await RecipeImage.python()
        let one = try await check("documents", image.home, image.first)
        #expect(one.map { $0.split(separator: " ")[0] } == ["index", "index", "manifest", "config"])
        let both = try await check("documents", image.home, image.newest)
        #expect(both.count == 6)
    }

    @Test func `every layer unpacks to its diffID and holds no path twice`() async throws {
        let image = try await RecipeImage.python()
        let layers = try await check("layers", image.home, image.newest)
        #expect((4...20).contains(layers.count), "\(layers)")
        let members = layers.compactMap { $0.split(separator: " ").last }.compactMap { Int($0) }
        #expect(members.reduce(0, +) > 20_000)
    }

    @Test(arguments: ["bsdtar", "tar"]) func `bsdtar and GNU tar list every layer without a complaint`(
        program: String
    ) async throws {
        let image = try await RecipeImage.python()
        let shown = try await image.calls.berth("image", "show", image.newest, "--json").json() as? [String: Any]
        let platforms = try #require(shown?["platforms"] as? [[String: Any]])
        let layers = platforms.flatMap { $0["layers"] as? [[String: Any]] ?? [] }
        let digests = Set(layers.compactMap { ($0["digest"] as? String)?.dropFirst("sha256:".count) }.map(String.init))
        var calls = image.calls
        calls.environment["LC_ALL"] = "C.UTF-8"
        var listed = 0
        for digest in digests {
            let path = image.home.pushing("blobs/sha256").appending(digest)
            let outcome = try await calls.other(program, ["-tzf", path.string])
            #expect(outcome.code == 0 && outcome.errors.isEmpty, "\(digest): \(outcome.errors.prefix(1000))")
            #expect(!outcome.output.isEmpty)
            listed += 1
        }
        #expect(listed >= 4)
    }

    @Test func `skopeo reads the store in place and copies an image out of it`() async throws {
        let image = try await RecipeImage.python()
        let folder = try TemporaryFolder("skopeo")
        for architecture in ["arm64", "amd64"] {
            let source = "oci:\(image.home):\(image.newest)"
            let seen = try await image.calls.other("skopeo", ["inspect", "--override-arch", architecture, source])
            #expect(seen.code == 0, "\(seen.errors)")
            #expect(seen.output.contains(#""Architecture": "\#(architecture)""#))
        }
        // It checks digests on the way.
        let arm = try await image.calls.other(
            "skopeo",
            [
                "copy", "--quiet", "--override-arch", "arm64", "oci:\(image.home):\(image.first)",
                "dir:\(folder.path)/copy",
            ], limit: .seconds(300))
        #expect(arm.code == 0, "\(arm.errors)")
        #expect(try Files.list(folder.path.appending("copy")).count > 5)
    }

    @Test func `the archive is read by skopeo as OCI's and as Docker's, and unpacked by umoci`() async throws {
        let image = try await RecipeImage.python()
        let folder = try TemporaryFolder("export")
        let archive = folder.path.appending("python.tar")
        let written = try await image.calls.berth("image", "export", image.first, "--output", archive.string)
        #expect(written.code == 0 && written.output.contains("exported \(image.first)"), "\(written)")
        for kind in ["oci-archive", "docker-archive"] {
            let seen = try await image.calls.other(
                "skopeo", ["inspect", "--override-arch", "arm64", "\(kind):\(archive)"])
            #expect(seen.code == 0 && seen.output.contains(#""Architecture": "arm64""#), "\(kind): \(seen.errors)")
        }
        let layout = folder.path.appending("layout")
        try Files.makeDirectory(layout)
        #expect(try await image.calls.other("tar", ["-xf", archive.string, "-C", layout.string]).code == 0)
        let tag = String(image.first.split(separator: ":").last ?? "")
        let names = try await image.calls.other("umoci", ["ls", "--layout", layout.string])
        #expect(names.output.split(separator: "\n").contains { $0 == tag }, "\(names)")
        let bundle = folder.path.appending("bundle")
        let unpacked = try await image.calls.other("umoci", ["unpack", "--image", "\(layout):\(tag)", bundle.string])
        #expect(unpacked.code == 0, "\(unpacked.errors.suffix(2000))")
        let root = bundle.appending("rootfs")
        #expect(try Files.readText(root.pushing("etc/passwd")).contains("runner:x:1001:"))
        #expect(Files.exists(root.pushing("usr/bin/git")) && Files.exists(root.pushing("opt/venv/bin/pytest")))
    }

    @Test func `umoci reads the store in place`() async throws {
        let image = try await RecipeImage.python()
        let names = try await image.calls.other("umoci", ["ls", "--layout", image.home.string])
        #expect(names.output.split(separator: "\n").contains { $0 == image.newest }, "\(names)")
        let stat = try await image.calls.other("umoci", ["stat", "--image", "\(image.home):\(image.first)"])
        #expect(stat.code == 0 && stat.output.contains("berth: configuration"), "\(stat)")
    }
}
