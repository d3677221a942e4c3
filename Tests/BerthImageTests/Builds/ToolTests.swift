import BerthArchive
import BerthSystem
import BerthTestSupport
import Foundation
import SystemPackage
import Testing

@testable import BerthImage

/// Tools from archives and wheels in whole builds, read back by bsdtar; the archives are made by tar and Python.
struct ToolTests {
    /// A C library, so that wheels have something to fit, and a browser.
    static var packages: [RawDeb] {
        var libc = RawDeb(name: "libc6", control: "Priority: optional\nInstalled-Size: 5\n")
        libc.version = "2.41-12"
        libc.members = [.file("./usr/share/doc/libc6/copyright")]
        var browser = RawDeb(name: "chromium", control: "Priority: optional\nInstalled-Size: 5\n")
        browser.version = "156.0-1"
        browser.members = [.folder("./usr/"), .file("./usr/bin/chromium", "#!/bin/sh\n", mode: 0o755)]
        return SmallArchive.packages + [libc, browser]
    }

    private static func recipe(_ tools: String) -> String {
        """
        name: ship
        platforms: [linux/amd64]
        debian: {suite: harbour, packages: [libc6, chromium]}
        user: {name: runner, id: 1001}
        \(tools)

        """
    }

    /// A vendor's archive as `tar` makes it: one folder on top, a program, a link and a text; its address and hash.
    private static func vendor(_ folder: FilePath) async throws -> (address: String, hash: String) {
        let tree: Tree = [
            "compass-1.2/bin/compass": .program("#!/bin/sh\necho north\n"),
            "compass-1.2/bin/needle": .link("compass"), "compass-1.2/share/readme": .text("point it\n"),
        ]
        try tree.write(to: folder)
        let file = folder.appending("compass-1.2.tar.xz")
        let tar = try Programs.require("tar", remedy: "install tar")
        _ = try await Command(
            tar, ["-C", folder.string, "--mtime=@1700000500", "-cJf", file.string, "compass-1.2"]
        ).output()
        return ("file://\(file)", try FileDigest.of(file).hex)
    }

    private static func archiveTool(_ vendor: (address: String, hash: String)) -> String {
        """
        tools:
          - name: compass
            from:
              - archive: \(vendor.address)
                sha256: {linux/amd64: \(vendor.hash)}
                take: {bin: /opt/compass/bin}
                links: {/usr/local/bin/compass: ../../../opt/compass/bin/compass}
        labels: {berth.version.compass: "${tool:compass}", berth.browser: "${debian:chromium}"}
        """
    }

    private func members(_ image: BuiltImage, _ layer: String, _ yard: Yard) async throws -> String {
        let digest = try #require(image[layer])
        let blob = yard.store.pushing("blobs/sha256").appending(String(digest.dropFirst("sha256:".count)))
        return try await Command(Programs.require("bsdtar", remedy: "install libarchive-tools"), ["-tvf", blob.string])
            .output()
    }

    @Test func `an archive's folder and the recipe's link are a layer of their own`() async throws {
        try await withArchive { archive, mirror in
            try await archive.publish(Self.packages)
            let vendor = try await Self.vendor(try TemporaryFolder("vendor").path)
            let yard = try Yard(archive, mirror, recipe: Self.recipe(Self.archiveTool(vendor)))
            let image = try await yard.build()
            let list = try await members(image, "tools", yard)
            #expect(list.contains("opt/compass/bin/compass\n"), "\(list)")
            #expect(list.contains("opt/compass/bin/needle -> compass\n"), "\(list)")
            #expect(list.contains("usr/local/bin/compass -> ../../../opt/compass/bin/compass\n"), "\(list)")
            #expect(!list.contains("readme"))
            let config = try #require(image.platforms.first?.config.dropFirst("sha256:".count))
            let text = try Files.readText(yard.store.pushing("blobs/sha256").appending(String(config)))
            #expect(text.contains(#""berth.browser":"156.0-1""#))
            #expect(try await yard.build() == image)
        }
    }

    @Test func `an archive that is not what the recipe promises stops the lock`() async throws {
        try await withArchive { archive, mirror in
            try await archive.publish(Self.packages)
            var vendor = try await Self.vendor(try TemporaryFolder("vendor").path)
            vendor.hash = Digest.of("another").hex
            let yard = try Yard(archive, mirror, recipe: Self.recipe(Self.archiveTool(vendor)))
            let outcome = try await yard.command("lock").run()
            #expect(outcome.code == BerthSystem.ExitStatus.damaged.rawValue, "\(outcome)")
            #expect(outcome.errors.contains("compass-1.2.tar.xz"))
            #expect(!Files.exists(yard.recipe.appending("berth.lock")))
            #expect(try await yard.checkStore().succeeded)
        }
    }

    @Test func `an optional tool that no source has is left out, and kept when the lock before had it`() async throws {
        try await withArchive { archive, mirror in
            try await archive.publish(Self.packages)
            let folder = try TemporaryFolder("vendor")
            let vendor = try await Self.vendor(folder.path)
            let text = Self.archiveTool(vendor).replacing(
                "name: compass", with: "name: compass\n    optional: the stars do")
            let yard = try Yard(archive, mirror, recipe: Self.recipe(text))
            let file = folder.path.appending("compass-1.2.tar.xz")
            let aside = folder.path.appending("aside")
            try FileManager.default.moveItem(atPath: file.string, toPath: aside.string)
            let without = try await yard.command("lock").run()
            #expect(without.succeeded && without.errors.contains("the stars do"), "\(without)")
            #expect(try LockFile.read(yard.recipe.appending("berth.lock"))?.platforms.first?.tools?.isEmpty == true)
            try FileManager.default.moveItem(atPath: aside.string, toPath: file.string)
            _ = try await yard.command("lock").output()
            let lock = try #require(try LockFile.read(yard.recipe.appending("berth.lock")))
            #expect(lock.platforms[0].tools?.map(\.name) == ["compass"])
            try Files.remove(file)
            let kept = try await yard.command("lock").run()
            // Its hash is known, so what the store has is asked nobody for.
            #expect(kept.succeeded && !kept.errors.contains("compass"), "\(kept)")
            #expect(try LockFile.read(yard.recipe.appending("berth.lock")) == lock)
        }
    }

    @Test func `a tool that must be there names every source that was tried`() async throws {
        try await withArchive { archive, mirror in
            try await archive.publish(Self.packages)
            let yard = try Yard(
                archive, mirror,
                recipe: Self.recipe(Self.archiveTool(("file:///nowhere/compass.tar.xz", Digest.of("x").hex))))
            let outcome = try await yard.command("lock").run()
            #expect(outcome.code == BerthSystem.ExitStatus.failed.rawValue)
            #expect(outcome.errors.contains("no source has compass for linux/amd64"), "\(outcome)")
            #expect(outcome.errors.contains("compass.tar.xz"))
        }
    }

    @Test func `what the archive lacks is told`() async throws {
        try await withArchive { archive, mirror in
            try await archive.publish(Self.packages)
            let vendor = try await Self.vendor(try TemporaryFolder("vendor").path)
            let text = Self.archiveTool(vendor).replacing("{bin: /opt", with: "{sbin: /opt/s, bin: /opt")
            let yard = try Yard(archive, mirror, recipe: Self.recipe(text))
            let outcome = try await yard.command("build").run()
            #expect(outcome.code == BerthSystem.ExitStatus.failed.rawValue)
            #expect(outcome.errors.contains("compass-1.2.tar.xz holds no sbin"), "\(outcome)")
        }
    }

    @Test func `each Playwright release finds the browser under its own name`() async throws {
        try await withArchive { archive, mirror in
            try await archive.publish(Self.packages)
            let text = #"browsers: {revisions: {"1.64": 1248, "1.65": 1254}}"#
            let yard = try Yard(archive, mirror, recipe: Self.recipe(text))
            let list = try await members(try await yard.build(), "configuration", yard)
            for revision in [1248, 1254] {
                let folders = [
                    "ms-playwright/chromium-\(revision)", "ms-playwright/chromium_headless_shell-\(revision)",
                ]
                #expect(list.contains("\(folders[0])/chrome-linux/chrome -> /usr/bin/chromium\n"), "\(list)")
                #expect(list.contains("\(folders[0])/chrome-linux64/chrome -> /usr/bin/chromium\n"))
                #expect(list.contains("\(folders[0])/chrome-linux-arm64/chrome -> /usr/bin/chromium\n"))
                #expect(list.contains("\(folders[1])/chrome-linux/headless_shell -> /usr/bin/chromium\n"))
                #expect(list.contains("\(folders[0])/INSTALLATION_COMPLETE\n"))
            }
            #expect(list.contains(#/1001 +1001 .* ms-playwright\/\n/#))
        }
    }

    @Test func `a browser that no package brings is named`() async throws {
        try await withArchive { archive, mirror in
            try await archive.publish(Self.packages)
            let text = #"browsers: {chromium: /usr/bin/firefox, revisions: {"1.64": 1248}}"#
            let yard = try Yard(archive, mirror, recipe: Self.recipe(text))
            let outcome = try await yard.command("build").run()
            #expect(outcome.code == BerthSystem.ExitStatus.usage.rawValue)
            #expect(outcome.errors.contains("/usr/bin/firefox is in none"), "\(outcome)")
        }
    }
}
