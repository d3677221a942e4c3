import BerthSystem
import BerthTestSupport
import Foundation
import SystemPackage
import Testing

@testable import BerthImage

/// Which recipes a night sees to, and what it ends with where they end differently.
struct NightlySelectionTests {
    private func night(_ yard: Yard, _ more: String...) async throws -> Command.Outcome {
        let plain = try yard.command("nightly", ["--without-test", "--on-battery"] + more)
        // Without the recipe that the yard names.
        let words = plain.arguments.filter { $0 != yard.recipe.string }
        var command = try BuiltProgram.command(words + ["--images", yard.folder.path.string], home: yard.store)
        command.environment["XDG_CONFIG_HOME"] = yard.folder.path.appending("none").string
        command.limit = .seconds(300)
        return try await command.run()
    }

    private func outcomes(_ outcome: Command.Outcome) throws -> [String] {
        let report = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any]
        let images = try #require(report?["images"] as? [[String: Any]])
        return images.map { "\($0["name"] ?? "") \($0["outcome"] ?? "")" }.sorted()
    }

    @Test func `what has been built is seen to by itself, all else by --all`() async throws {
        try await withArchive { archive, mirror in
            let yard = try Yard(archive, mirror)
            let other = Yard.recipe.replacing("name: ship", with: "name: raft")
            try yard.folder.write(["raft/berth.yaml": .text(other), "notes/readme": "no recipe\n"])
            let none = try await night(yard)
            #expect(none.code == 64 && none.errors.contains("no recipe of the images folder has been built"), "\(none)")
            _ = try await yard.build()
            let built = try await night(yard)
            #expect(built.succeeded, "\(built)")
            #expect(try outcomes(built) == ["ship unchanged"])
            let all = try await night(yard, "--all")
            #expect(all.succeeded, "\(all)")
            #expect(try outcomes(all) == ["raft promoted", "ship unchanged"])
            let after = try await night(yard)
            #expect(try outcomes(after) == ["raft unchanged", "ship unchanged"])
        }
    }

    @Test func `one kind of failure has its own code, several have 1, and the others' nights end well`() async throws {
        try await withArchive { archive, mirror in
            let yard = try Yard(archive, mirror)
            try yard.folder.write(["broken/berth.yaml": "name: broken\nplatforms: [vax]\n"])
            let one = try await night(yard, "--all")
            #expect(one.code == BerthSystem.ExitStatus.usage.rawValue, "\(one)")
            #expect(try outcomes(one) == ["broken failed", "ship promoted"])
            // A package that comes damaged, which is another kind of failure.
            var lantern = RawDeb(name: "lantern", control: "Priority: optional\nInstalled-Size: 5\n")
            lantern.members = [.folder("./usr/"), .file("./usr/share/lantern/readme", "it shines\n")]
            try await archive.publish(SmallArchive.packages + [lantern], day: 1)
            mirror.set(.wrongBytes, for: "debian/\(SmallArchive.path(lantern))")
            let raft = Yard.recipe.replacing("name: ship", with: "name: raft").replacing("lamp", with: "lantern")
            try yard.folder.write(["raft/berth.yaml": .text(raft)])
            let mixed = try await night(yard, "--all")
            #expect(mixed.code == BerthSystem.ExitStatus.failed.rawValue, "\(mixed)")
            #expect(try outcomes(mixed) == ["broken failed", "raft failed", "ship unchanged"])
            let report = try JSONSerialization.jsonObject(with: Data(mixed.output.utf8)) as? [String: Any]
            let images = try #require(report?["images"] as? [[String: Any]])
            let codes = Set(images.compactMap { ($0["failure"] as? [String: Any])?["code"] as? Int })
            #expect(codes.count == 2, "the raft's code is another than the broken one's: \(codes)")
        }
    }
}
