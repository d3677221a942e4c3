import BerthArchive
import BerthPackages
import BerthSystem
import BerthTestSupport
import Foundation
import SystemPackage
import Testing

@testable import BerthImage

/// The same lock gives the same image, wherever and whenever it is built.
struct DeterminismTests {
    @Test func `another folder, zone, language, mask, home and date give the same digests`() async throws {
        try await withArchive { archive, mirror in
            let yard = try Yard(archive, mirror)
            let first = try await yard.build()
            #expect(first.layers == ["base", "rope", "packages", "configuration"])
            let other = try Yard(archive, mirror)
            try Files.writeAtomically(
                Files.read(yard.recipe.appending("berth.lock")), to: other.recipe.appending("berth.lock"))
            let build = try other.command("build", ["--locked"])
            var command = Command(
                "/bin/sh", ["-c", "umask 077; exec \"$0\" \"$@\"", build.program.string] + build.arguments)
            command.environment = build.environment.merging(
                ["TZ": "Pacific/Auckland", "LC_ALL": "C", "HOME": other.folder.path.string]
            ) { $1 }
            if let faketime = Programs.find("faketime") {
                command.arguments = [command.program.string] + command.arguments
                command.arguments.insert("2031-05-01 12:00:00", at: 0)
                command.program = faketime
            }
            let second = try BuiltImage(try await command.output())
            #expect(second.digest == first.digest)
            #expect(second.platforms == first.platforms)
            let modes = try Files.list(other.store.pushing("blobs/sha256")).map {
                try Files.facts(other.store.pushing("blobs/sha256").appending($0))?.size
            }
            #expect(!modes.contains(0))
        }
    }

    @Test func `an unchanged build makes no new version, nor does a comment`() async throws {
        try await withArchive { archive, mirror in
            let yard = try Yard(archive, mirror)
            let first = try await yard.build()
            #expect(try await yard.build() == first)
            try yard.folder.write(["ship/berth.yaml": .text("# moored\n" + Yard.recipe)])
            #expect(try await yard.build(["--locked"]) == first)
        }
    }

    @Test func `other inputs that make the very same image leave one version`() async throws {
        try await withArchive { archive, mirror in
            let yard = try Yard(archive, mirror)
            let first = try await yard.build()
            try yard.folder.write(["ship/berth.yaml": .text(Yard.recipe + "test: [{run: \"true\"}]\n")])
            _ = try await yard.command("lock").output()
            #expect(try await yard.build() == first)
            let list = try await BuiltProgram.command(["image", "list", "--quiet"], home: yard.store).output()
            #expect(list.split(separator: "\n").count == 1, "\(list)")
            #expect(try await yard.checkStore().succeeded)
        }
    }

    @Test func `one changed package under a new lock changes its own layer and the last`() async throws {
        try await withArchive { archive, mirror in
            let yard = try Yard(archive, mirror)
            let before = try await yard.build()
            let newer = SmallArchive.packages.map {
                $0.name == "anchor" ? SmallArchive.anchor(version: "1.1", date: 9000) : $0
            }
            try await archive.publish(newer)
            _ = try await yard.command("lock").output()
            let after = try await yard.build(["--locked"])
            #expect(after.layers == before.layers)
            #expect(after["base"] == before["base"])
            #expect(after["rope"] == before["rope"])
            #expect(after["packages"] != before["packages"])
            #expect(after["configuration"] != before["configuration"])
            #expect(after.version == before.version + ".1")
        }
    }

    @Test func `a lock that does not fit the recipe stops the build`() async throws {
        try await withArchive { archive, mirror in
            let yard = try Yard(archive, mirror)
            _ = try await yard.command("lock").output()
            try yard.folder.write(["ship/berth.yaml": .text(Yard.recipe.replacing("lamp", with: "base-files"))])
            let outcome = try await yard.command("build").run()
            #expect(outcome.code == BerthSystem.ExitStatus.usage.rawValue)
            #expect(outcome.errors.contains("berth image lock ship"))
            #expect(try !Tree(reading: yard.store).nodes.keys.contains { $0.hasPrefix("versions/") })
        }
    }

    @Test func `a file that no mirror has any more is named and locked anew, but not with --locked`() async throws {
        try await withArchive { archive, mirror in
            let yard = try Yard(archive, mirror)
            _ = try await yard.command("lock").output()
            try Files.removeTree(yard.store)
            let newer = SmallArchive.packages.map { $0.name == "anchor" ? SmallArchive.anchor(version: "1.1") : $0 }
            try await archive.publish(newer)
            let locked = try await yard.command("build", ["--locked"]).run()
            #expect(locked.code == BerthSystem.ExitStatus.failed.rawValue)
            #expect(locked.errors.contains("anchor_1.0_amd64.deb"))
            let outcome = try await yard.command("build").run()
            #expect(outcome.succeeded, "\(outcome.errors)")
            #expect(outcome.errors.contains("anchor_1.0_amd64.deb"))
            let lock = try #require(try LockFile.read(yard.recipe.appending("berth.lock")))
            #expect(lock.platforms[0].debian.first { $0.name == "anchor" }?.version == "1.1")
        }
    }
}
