import Testing

@testable import BerthLockfiles

/// What may change in a lockfile without changing what is read, and that nothing else may.
@Suite struct NodeLockChangeTests {
    struct Fixture: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let text: String
        let format: LockfileFormat
        /// Keys whose values, wherever they stand, decide nothing.
        let silent: Set<String>
        /// Whole ways that decide nothing.
        let silentWays: Set<String>

        func isSilent(_ change: LockTree.Change) -> Bool {
            let keys = change.keys.filter { $0 != "(left out)" }
            let ways = keys.indices.map { keys[...$0].joined(separator: " ") }
            return keys.contains(where: silent.contains) || ways.contains(where: silentWays.contains)
        }
    }

    static let fixtures = [
        Fixture(
            testDescription: "npm 1", text: NodeLockFixtures.npm1, format: .packageLock, silent: ["from"],
            silentWays: ["name", "version", "requires"]),
        Fixture(
            testDescription: "npm 3", text: NodeLockFixtures.npm3, format: .packageLock,
            silent: ["license", "deprecated", "funding"],
            silentWays: [
                "name", "version", "requires", "packages  name", "packages  version", "packages  workspaces",
                "packages  dependencies @s/a", "packages  devDependencies mine", "packages packages/w version",
                "packages packages/w dependencies @s/a", "packages packages/w engines",
            ]),
        Fixture(
            testDescription: "pnpm 6", text: NodeLockFixtures.pnpm6, format: .pnpm,
            silent: ["specifier", "deprecated"],
            silentWays: []),
        Fixture(
            testDescription: "pnpm 9", text: NodeLockFixtures.pnpm9, format: .pnpm,
            silent: ["specifier", "deprecated"],
            silentWays: ["patchedDependencies b@2.0.0 path"]),
        Fixture(
            testDescription: "Berry", text: NodeLockFixtures.berry, format: .yarn, silent: [],
            silentWays: ["project@workspace:. version", "w@workspace:*, w@workspace:packages/w version"]),
    ]

    @Test(arguments: fixtures) func `order, format and comments decide nothing`(_ fixture: Fixture) throws {
        let tree = try LockTree(Array(fixture.text.utf8), fixture.format)
        let whole = try NodeLock.read(fixture.text, fixture.format)
        #expect(!whole.packages.isEmpty && whole.shape.count > 8)
        // Berry is told from yarn 1 by a line that begins with its first key.
        if fixture.format != .yarn {
            #expect(try NodeLock.read(tree.text, fixture.format) == whole)
            #expect(try NodeLock.read(tree.reversed().text, fixture.format) == whole)
        }
        if fixture.format != .packageLock {
            #expect(try NodeLock.read(fixture.text + "# end\n", fixture.format) == whole)
        }
    }

    @Test(arguments: fixtures) func `each single value counts, but for those that shape no tree`(_ fixture: Fixture)
        throws
    {
        let whole = try NodeLock.read(fixture.text, fixture.format)
        let changes = try LockTree(Array(fixture.text.utf8), fixture.format).changes()
        #expect(changes.count > 40)
        for change in changes {
            let text = fixture.format == .yarn ? Self.withMetadataFirst(change.text) : change.text
            let found = try? NodeLock.read(text, fixture.format)
            if change.description.hasSuffix("(left out)"), fixture.isSilent(change) { continue }
            #expect((found == whole) == fixture.isSilent(change), "\(change)")
        }
    }

    /// Berry's key at the left of a line of its own, as a program would not write it but YAML allows it.
    private static func withMetadataFirst(_ json: String) -> String {
        json.replacing("{\"__metadata\":", with: "{\n__metadata:")
    }

    @Test func `in yarn 1 each line counts, but not their order`() throws {
        let text = NodeLockFixtures.yarn1
        let whole = try NodeLock.read(text, .yarn)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        for (index, line) in lines.enumerated() where !line.isEmpty && !line.hasPrefix("#") {
            for replacement in [nil, line.replacing(#/.(["=:]*)$/#) { "z\($0.output.1)" }] {
                var changed = lines
                changed.replaceSubrange(index...index, with: replacement.map { [$0] } ?? [])
                #expect((try? NodeLock.read(changed.joined(separator: "\n"), .yarn)) != whole, "\(line)")
            }
        }
        let entries = text.split(separator: "\n\n").map(String.init)
        let turned = [entries[0]] + entries.dropFirst().reversed()
        #expect(try NodeLock.read(turned.joined(separator: "\n\n"), .yarn) == whole)
        let windows = text.replacing("\n", with: "\r\n").replacing(
            "\"@s/a@^1.0.0\", \"@s/a@^1.2.0\":", with: "\"@s/a@^1.2.0\", \"@s/a@^1.0.0\":")
        #expect(try NodeLock.read(windows, .yarn) == whole)
    }

    @Test func `npm's versions 2 and 3 have the same tree`() throws {
        let three = NodeLockFixtures.npm3
        let two = three.replacing("\"lockfileVersion\": 3", with: "\"lockfileVersion\": 2")
            .replacing(#/\n}\n$/#, with: ",\n\"dependencies\": {\"@s/a\": {\"version\": \"1.2.3\"}}}\n")
        #expect(two != three && two.contains("\"dependencies\": {\"@s/a\": {"))
        #expect(try NodeLock.read(two, .packageLock) == NodeLock.read(three, .packageLock))
    }

    @Test func `credentials and queries decide nothing where a hash does`() throws {
        let npm = NodeLockFixtures.npm3
        let other = npm.replacing("user:secret@", with: "").replacing("?token=secret", with: "?token=other")
        let (found, expected) = (try NodeLock.read(other, .packageLock), try NodeLock.read(npm, .packageLock))
        #expect(found.packages == expected.packages)
        // Without a hash the query may choose the content.
        func tarball(_ query: String) throws -> LockedDependencies {
            try NodeLock.read(
                "# yarn lockfile v1\n\na@^1:\n  version \"1.0.0\"\n  resolved \"https://h.example/a.tgz?\(query)\"\n",
                .yarn)
        }
        #expect(try tarball("ref=1").packages != tarball("ref=2").packages)
        #expect(try !"\(tarball("ref=verysecret"))".contains("verysecret"))
    }

    @Test func `a line feed in a value stays in its field`() throws {
        let text = NodeLockFixtures.npm3.replacing("\"^2.0.0\"", with: #""^2\n.0\\n""#)
        let found = try NodeLock.read(text, .packageLock)
        let texts = found.shape.flatMap { [$0.subject, $0.aspect, $0.value] }
        #expect(texts.allSatisfy { !$0.contains("\n") } && texts.contains(#"^2\u{a}.0\\n"#))
    }
}
