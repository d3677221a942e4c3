import BerthReport
import BerthTestSupport
import Foundation
import Testing

@testable import BerthImage

/// A night of an image for two platforms, of which the engine runs one.
struct NightlyPlatformTests {
    private static let both = ["amd64", "arm64"]
    private static let note = "linux/arm64 was not tested here"

    /// The notes of the only image, as programs read them.
    private func notes(_ report: NightlyReport) throws -> [String] {
        let object = try JSONSerialization.jsonObject(with: Data(report.json().utf8)) as? [String: Any]
        let images = try #require(object?["images"] as? [[String: Any]])
        #expect(images.count == 1)
        return try #require(images.first?["notes"] as? [String])
    }

    @Test func `only the engine's own platform is tested, and the report says so to people and to programs`()
        async throws
    {
        try await withArchive { archive, mirror in
            try await archive.publish(architectures: Self.both)
            let recipe = NightYard.recipe.replacing("[linux/amd64]", with: "[linux/amd64, linux/arm64]")
            let nights = try NightYard(archive, mirror, recipe: recipe)
            // A first night builds the recipe's first platform alone, which is the engine's: there is nothing to note.
            let alone = try await nights.night(0)
            #expect(alone.code == 0 && !alone.text.contains("not tested") && alone.images.first?.tests.count == 2)
            #expect(try notes(alone).isEmpty, "\(alone.text)")
            // Later nights build what the latest version is for.
            _ = try await nights.yard.build(["--platform", "linux/amd64", "--platform", "linux/arm64"])
            try await archive.publish(
                packages(SmallArchive.anchor(version: "1.1")), day: 1, architectures: Self.both)
            let report = try await nights.night(1)
            let image = try #require(report.images.first)
            #expect(image.outcome == .promoted, "\(report.text)")
            #expect(image.testedOn?.hasPrefix("linux/amd64 in ") == true && image.tests.count == 2)
            let version = try nights.catalog.resolve("ship")
            #expect(version.platforms.map { "\($0.platform)" } == ["linux/amd64", "linux/arm64"])
            #expect(report.text.split(separator: "\n").contains("  note: \(Self.note)"), "\(report.text)")
            #expect(try notes(report) == [Self.note])
        }
    }
}
