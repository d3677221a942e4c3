import BerthDocument
import Foundation
import Testing

@testable import BerthLockfiles

/// Pairs of successive lockfiles of real projects, labelled whether the set of external packages is the same.
@Suite(.enabled(if: NodeLock.hasReal)) struct NodeLockPairTests {
    struct Pair: Decodable, Sendable, CustomTestStringConvertible {
        let kind: String
        let repository: String
        let before: String
        let after: String
        let label: String
        let countBefore: Int
        let countAfter: Int

        private enum CodingKeys: String, CodingKey {
            case kind, repository, before, after
            case label = "external_packages"
            case countBefore = "count_before"
            case countAfter = "count_after"
        }

        var testDescription: String { "\(repository) \(label)" }
        var format: LockfileFormat { kind == "npm" ? .packageLock : .pnpm }

        func read() async throws -> (before: LockedDependencies, after: LockedDependencies) {
            (
                try NodeLock.read(try await NodeLock.real(before), format),
                try NodeLock.read(try await NodeLock.real(after), format)
            )
        }
    }

    static var pairs: [Pair] {
        let all = (try? JSONDecoder().decode([Pair].self, from: Data(try NodeLock.index()))) ?? []
        return all.filter { $0.kind == "npm" || $0.kind == "pnpm" }
    }

    @Test func `all pairs of npm and pnpm are there`() { #expect(Self.pairs.count == 7) }

    @Test(arguments: pairs) func `the set of packages changes when the label says so`(_ pair: Pair) async throws {
        let (before, after) = try await pair.read()
        #expect((before.packages == after.packages) == (pair.label == "same"))
        // The label counts folder names with their versions, so that an alias and its package are two;
        // a package that stands in both documents of a pnpm lockfile is one.
        for (found, count) in [(before, pair.countBefore), (after, pair.countAfter)] {
            let aliases = pair.repository == "actions/toolkit" ? 3 : 0
            #expect(found.packages.count + aliases == count)
            #expect(
                found.packages.allSatisfy { !$0.name.isEmpty && !$0.version.isEmpty && !$0.source.contains("@https") })
        }
        #expect(pair.label == "same" || before.shape != after.shape, "another package has another place")
    }

    /// Of the pairs labelled same, those that install another tree, and by what.
    @Test func `two pairs with the same packages have another tree, and one has not`() async throws {
        var changed: [String: (gone: Set<ShapeFact>, new: Set<ShapeFact>)] = [:]
        for pair in Self.pairs where pair.label == "same" {
            let (before, after) = try await pair.read()
            let (old, new) = (Set(before.shape), Set(after.shape))
            if old != new { changed[pair.repository] = (old.subtracting(new), new.subtracting(old)) }
        }
        // Playwright raised the version of a workspace of its own, which nothing in node_modules depends on.
        #expect(changed.keys.sorted() == ["pnpm/pnpm", "woodpecker-ci/woodpecker"])
        // pnpm linked one of its workspaces into another one.
        let pnpm = try #require(changed["pnpm/pnpm"])
        let link = ShapeFact(
            "importer pnpm11/workspace/workspace-manifest-writer", "dependencies @pnpm/building.policy",
            "link:../../building/policy")
        #expect(pnpm.gone.isEmpty && pnpm.new == [link])
        // Woodpecker moved three packages to those for development, which a production install leaves out.
        let woodpecker = try #require(changed["woodpecker-ci/woodpecker"])
        let moved = ["@tailwindcss/typography", "@tailwindcss/vite", "prettier-plugin-tailwindcss"]
        #expect(woodpecker.gone.map(\.aspect).sorted() == moved.map { "dependencies \($0)" })
        #expect(woodpecker.new.map(\.aspect).sorted() == moved.map { "devDependencies \($0)" })
        #expect(Set(woodpecker.gone.map(\.value)) == Set(woodpecker.new.map(\.value)))
    }

    @Test(arguments: pairs.filter { $0.repository != "actions/toolkit" })
    func `order and format of a real file decide nothing`(_ pair: Pair) async throws {
        let bytes = try await NodeLock.real(pair.after)
        let turned = try LockTree(bytes, pair.format).reversed().text
        #expect(try NodeLock.read(turned, pair.format) == NodeLock.read(bytes, pair.format))
    }

    @Test func `all that pnpm's own file says of its environment is read`() async throws {
        let pair = try #require(Self.pairs.first { $0.repository == "pnpm/pnpm" })
        let found = try await pair.read().after
        #expect(found.shape(of: "environment: importer .") == ["packageManagerDependencies pnpm = 12.0.0-rc.8"])
        // Node itself: one package with a file for each system.
        let node = try #require(found.package("node"))
        #expect(node.version == "26.7.0" && node.integrity.count > 5 && node.source.contains("linux-x64"))
    }
}
