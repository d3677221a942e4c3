import BerthSystem
import Foundation
import SystemPackage
import Testing

@testable import BerthCache

/// Pairs of successive lockfiles of real projects: keys change when what they stand for does.
@Suite(.enabled(if: Profiles.hasPairs)) struct KeyPairTests {
    struct Pair: Decodable, Sendable, CustomTestStringConvertible {
        let kind: String
        let repository: String
        let lockfile: String
        let before: String
        let after: String
        let label: String

        private enum CodingKeys: String, CodingKey {
            case kind, repository, lockfile, before, after
            case label = "external_packages"
        }

        var testDescription: String { "\(repository) \(label)" }
        /// The profile of its downloads and that of its tree.
        var profiles: (downloads: String, tree: String) {
            kind == "uv" ? ("uv", "venv") : (kind, "node-modules")
        }
    }

    static var pairs: [Pair] {
        let bytes = try? Files.read(Profiles.shared.pushing("lockfiles/index.json"), limit: 1 << 20)
        return (try? JSONDecoder().decode([Pair].self, from: Data(bytes ?? []))) ?? []
    }

    private func text(_ name: String) async throws -> String {
        let path = Profiles.shared.pushing(FilePath(name))
        var command = Command(try Programs.require("gzip", remedy: ""), ["-dc", path.string])
        // All tests of the target run at once: on a busy machine this one may have to wait.
        command.limit = .seconds(600)
        return try await command.output()
    }

    private func keys(_ pair: Pair, _ profile: String) async throws -> (before: ProfileKey, after: ProfileKey) {
        let name = String(pair.lockfile.split(separator: "/").last ?? "")
        return (
            try Profiles.key(profile, [name: try await text(pair.before)]),
            try Profiles.key(profile, [name: try await text(pair.after)])
        )
    }

    @Test func `all pairs are there`() { #expect(Self.pairs.count == 11) }

    @Test(arguments: pairs) func `the key of the downloads changes when the label says so`(_ pair: Pair) async throws {
        let (before, after) = try await keys(pair, pair.profiles.downloads)
        #expect((before.key == after.key) == (pair.label == "same"))
        let difference = KeyDifference(before, after)
        #expect(difference.isSame == (pair.label == "same"))
        let isEmpty = difference.added.isEmpty && difference.removed.isEmpty && difference.changed.isEmpty
        #expect(isEmpty == difference.isSame && difference.facts.isEmpty && difference.newShape.isEmpty)
    }

    @Test func `of the pairs with the same packages, two have another key of the tree, and the difference says why`()
        async throws
    {
        var changed: [String] = []
        for pair in Self.pairs where pair.label == "same" && pair.kind != "uv" {
            let (before, after) = try await keys(pair, "node-modules")
            let difference = KeyDifference(before, after)
            #expect(difference.isSame == (difference.newShape.isEmpty && difference.goneShape.isEmpty))
            #expect(difference.added.isEmpty && difference.changed.isEmpty)
            if before.key != after.key { changed.append(pair.repository) }
        }
        #expect(changed.sorted() == ["pnpm/pnpm", "woodpecker-ci/woodpecker"])
    }

    @Test(arguments: pairs.filter { $0.label == "changed" })
    func `other packages are another tree`(_ pair: Pair) async throws {
        let (before, after) = try await keys(pair, pair.profiles.tree)
        #expect(before.key != after.key)
    }
}
