import Testing

@testable import BerthLockfiles

/// Files that are not whole, not theirs, or of another time: a fault with a place and a remedy, never a wrong result.
@Suite struct NodeLockDamageTests {
    private static let fixtures: [(String, LockfileFormat)] = [
        (NodeLockFixtures.npm1, .packageLock), (NodeLockFixtures.npm3, .packageLock), (NodeLockFixtures.pnpm6, .pnpm),
        (NodeLockFixtures.pnpm9, .pnpm), (NodeLockFixtures.yarn1, .yarn), (NodeLockFixtures.berry, .yarn),
    ]

    @Test(arguments: fixtures) func `a file that was cut is never taken for the whole one`(
        _ text: String, _ format: LockfileFormat
    ) throws {
        let whole = try NodeLock.read(text, format)
        let bytes = Array(text.utf8)
        let end = try #require(bytes.lastIndex { $0 != 0x0A })
        for count in stride(from: 0, through: end, by: 3) {
            let found = try? NodeLock.read(Array(bytes[..<count]), format)
            #expect(found != whole, "cut after \(count) bytes")
            // JSON ends where it must.
            if format == .packageLock { #expect(found == nil, "cut after \(count) bytes") }
        }
    }

    @Test(arguments: fixtures) func `a changed byte never crashes and leaves no line feed in a field`(
        _ text: String, _ format: LockfileFormat
    ) {
        let bytes = Array(text.utf8)
        let signs: [UInt8] = Array("&*!|>'\"%@{}[],#?:-\t\n\0.\\".utf8) + [0xFF, 0xC3]
        for index in stride(from: 0, to: bytes.count, by: 2) {
            var changed = bytes
            changed[index] = signs[(index / 2) % signs.count]
            guard let found = try? NodeLock.read(changed, format) else { continue }
            let texts =
                found.shape.flatMap { [$0.subject, $0.aspect, $0.value] }
                + found.packages.flatMap { [$0.name, $0.version, $0.source] + $0.integrity }
            #expect(texts.allSatisfy { !$0.utf8.contains(0x0A) })
        }
    }

    @Test func `a version of another time is refused with what to do`() {
        let newer = "--by files"
        for (text, format, word) in [
            (#"{"lockfileVersion": 4, "packages": {}}"#, LockfileFormat.packageLock, newer),
            (#"{"dependencies": {}}"#, .packageLock, "npm 4"),
            ("lockfileVersion: '10.0'\nimporters: {}\n", .pnpm, newer),
            ("lockfileVersion: '9.1'\nimporters: {}\n", .pnpm, newer),
            ("lockfileVersion: 5.4\n", .pnpm, "pnpm 8"),
            ("---\nlockfileVersion: '9.0'\n---\nlockfileVersion: '9.0'\n---\nlockfileVersion: '9.0'\n", .pnpm, newer),
            ("# yarn lockfile v2\n", .yarn, newer),
            ("{\n  \"__metadata\": {\"version\": 9},\n  \"entries\": {}\n}\n", .yarn, newer),
            ("__metadata:\n  version: 9\n", .yarn, newer),
            ("__metadata:\n  version: 3\n", .yarn, newer),
        ] {
            let found = NodeLock.faults(text, format)
            #expect(found.count == 1 && found[0].contains(word), "\(text): \(found)")
            #expect(found.first?.hasPrefix("\(format.rawValue):") == true, "\(found)")
        }
    }

    @Test(arguments: [LockfileFormat.packageLock, .pnpm, .yarn]) func `what is no lockfile is refused`(
        _ format: LockfileFormat
    ) {
        for text in ["", "\n", "{}", "[]", "null", "text", "a: 1\n", "<<<<<<< ours\n", "\u{FEFF}{}", "\0"] {
            #expect(!NodeLock.faults(text, format).isEmpty, "\(format) reads \(text.debugDescription)")
        }
        #expect(throws: (any Error).self) { try NodeLock.read([0xFF, 0xFE, 0x41], format) }
        let huge = [UInt8](repeating: 0x20, count: (64 << 20) + 1)
        let error = #expect(throws: (any Error).self) { try NodeLock.read(huge, format) }
        #expect("\(String(describing: error))".contains("more than the"))
        let berry = Array("__metadata:\n".utf8) + huge.prefix(16 << 20)
        #expect(throws: (any Error).self) { try NodeLock.read(berry, format) }
    }

    @Test func `a pnpm file whose parts do not fit together is refused`() {
        let text = NodeLockFixtures.pnpm9
        for (part, with, word) in [
            ("b@2.0.0(patch_hash=0a1b):\n    optional: true\n", "", "not among the packages"),
            ("\n  c@3.0.0:\n    resolution", "\n  cc@3.0.0:\n    resolution", "\"packages\" has no c@3.0.0"),
            ("version: link:packages/w", "version: 9.9.9", "w 9.9.9 is not among"),
            ("resolution: {integrity: sha512-b}", "resolution: {}", "neither a hash nor an address"),
            ("    resolution: {integrity: sha512-b}\n", "", "\"resolution\" is missing"),
            ("hash: 0a1b", "hush: 0a1b", "has no hash"),
            ("hash: 0a1b\n    path: p", "hash: 0a1b\n    hash: p", "a second time"),
        ] {
            #expect(text.contains(part), "\(part)")
            let found = NodeLock.faults(text.replacing(part, with: with), .pnpm)
            #expect(found.contains { $0.contains(word) }, "\(part): \(found)")
        }
        let many = (0..<1000).map { "      a\($0): {specifier: ^1, version: 1.0.0}\n" }.joined()
        let found = NodeLock.faults("lockfileVersion: '9.0'\nimporters:\n  .:\n    dependencies:\n\(many)", .pnpm)
        #expect(found.count == 10 && found[0].hasPrefix("pnpm:5:7: a0 1.0.0 is not among the packages"))
    }

    @Test func `a yarn file's fault has its line`() {
        let start = "# yarn lockfile v1\n\na@^1:\n"
        for (rest, place, word) in [
            ("  version \"1\n", "yarn:4:11", "does not end"), ("   version 1\n", "yarn:4:4", "not indented"),
            ("  version \"1\"\n  version \"2\"\n", "yarn:5:3", "second time"),
            ("    b \"1\"\n", "yarn:4:5", "no block"), ("  a b c\n", "yarn:4:3", "a name and a value"),
            ("  version \"\\q\"\n", "yarn:4:11", "escape"), ("=======\n", "yarn:4:1", "a merge left its marks"),
            ("", "yarn:3:1", "no version"), ("  version \"1\"\na@^1:\n  version \"1\"\n", "yarn:5:1", "second time"),
            ("  dependencies:\n    b 1\n    b 2\n", "yarn:6:5", "second time"),
        ] {
            let found = NodeLock.faults(start + rest, .yarn)
            #expect(found.count == 1 && found[0].hasPrefix(place) && found[0].contains(word), "\(rest): \(found)")
        }
    }

    @Test func `the formats of other ecosystems are left to others`() throws {
        for format in LockfileFormat.allCases where ![.packageLock, .pnpm, .yarn].contains(format) {
            #expect(try NodeLocks.read([], file: "f", format: format) == nil)
        }
    }
}
