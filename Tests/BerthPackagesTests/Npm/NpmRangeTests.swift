import Testing

@testable import BerthPackages

/// Versions and ranges, compared with npm's own `semver` module pair by pair.
@Suite struct NpmRangeTests {
    private struct Question: Encodable {
        let ranges: [String]
        let versions: [String]
    }
    private struct Answer: Decodable {
        /// By range and version; nil where npm takes the range for none.
        let plain: [[Bool]?]
        let withPrereleases: [[Bool]?]
        /// Canonical spellings; nil for what is no version.
        let versions: [String?]
        /// Indexes of the valid versions, sorted by precedence.
        let sorted: [Int]
        /// npm's kind of each range as a dependency's text.
        let kinds: [String]
    }

    private static let versions = [
        "0.0.0", "0.0.0-0", "0.0.1", "0.0.2", "0.1.0", "0.1.1", "0.1.1-beta", "0.2.0", "0.7.9", "1.0.0-0",
        "1.0.0-alpha",
        "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0",
        "1.0.1", "1.1.0", "1.2.0", "1.2.2", "1.2.3-pre", "1.2.3-pre.2", "1.2.3", "1.2.4-alpha", "1.2.4", "1.2.9",
        "1.3.0-0", "1.3.0", "1.9.9", "2.0.0-0", "2.0.0-rc.1", "2.0.0", "2.1.0", "2.3.4", "2.3.5", "2.4.0", "3.0.0",
        "3.0.0-beta", "10.11.12", "1.2.3+build.5", "v1.2.3", "=1.2.3", " 1.2.3 ", "1.2.3beta", "1.2.3-01", "1.2.3-1a",
        "1.2.3-", "1.2.3--1", "01.02.03", "1.2", "1", "x", "", "1.2.3.4", "1.2.3-a..b", "1.2.3-é", "1.2.3+", "a.b.c",
        "9007199254740991.0.0", "9007199254740992.0.0", "1.2.3-9007199254740992", "v 1.2.3", "1.2.3-beta+x-y.7",
    ]

    private static let ranges = [
        "", "*", "x", "X", "x.x", "x.x.x", "*.*", "1", "1.x", "1.X.x", "1.*", "1.2", "1.2.x", "1.2.*", "1.2.3",
        "=1.2.3",
        "v1.2.3", "= v1.2.3", "^0", "^0.0", "^0.0.0", "^0.0.1", "^0.0.x", "^0.1", "^0.1.1", "^0.1.1-beta", "^0.x", "^1",
        "^1.x", "^1.2", "^1.2.x", "^1.2.3", "^1.2.3-pre", "^1.2.3-pre.2", "^0.0.1-beta", "^ 1.2", "^v1.2.3", "^*", "^x",
        "~0", "~0.0.1", "~1", "~1.2", "~1.2.3", "~1.2.3-pre", "~ 1.2.3", "~> 1.2", "~>1", "~x", "~*", "~v1.2.3", ">1",
        ">1.2", ">1.2.3", "> 1.2.3", ">=1", ">=1.2", ">=1.2.3", ">= 1.2.3-pre", ">=0.0.0", ">=0.0.0-0", ">=0", "<1",
        "<1.2", "<1.2.3", "<=1", "<=1.2", "<=1.2.3", "<=1.2.x", "<2.0.0-rc.2", "<0.0.0", ">*", "<*", ">=*", "<=*", ">x",
        ">1.x", "<1.x", ">1.2.x", ">=1 <2", ">=1.2.3 <1.3", ">=1.2.3-pre <2", "> 1.0.0 <= 2.0.0", "1.2.3 1.2.4",
        ">=1 <2 || >=3", "1 || 2", "1||2", "||", "|| 1.2.3", "1.2.3 ||", "* || 1.2.3-pre", ">1 <1 || 2.x", "1.2 - 2.3",
        "1.2.3 - 2.3.4", "1.2.3-pre - 2.3.4-0", "1 - 2", "1.x - 2.x", "* - 2", "1 - *", "1.2.3-2.3.4", "1.2.3 -2.3.4",
        "1.2.3 - 2.3.4 || 3", "0.0.0 - 1", "1.0.0-alpha - 1.0.0", "^1 ^1.2", "~1.2 <1.2.4", "1.2.3beta", "^1.2.3beta",
        ">=1.2.3beta", "latest", "next-11", "foo", "^foo", ">", "<", "^", "~", "=", ">=", "1.2.3 foo", "foo || 1.2.3",
        "1.2.", ".1", "1..2", "1.2.3.4", "^1.2.3.4", "1.2.3+build", "^1.2.3+build", ">=1.2.3+b <2",

        "01.2.3", "^01.02", "  1.2.3  ", "\t^1.2 \n", ">=1.2.3\t<2", "99999999999999999999", "^9007199254740991",
        "1.9007199254740992.x", "=  1.2", "v 1.2.3", ">=v1.2", "=^1.2", "^=1.2.3", "~=1.2.3", "<=>1.2", "!1.2.3",
        "1.2.3,1.2.4", "1 2", "2 1", "1 1.2.3", ">=1.2.3-rc.1 >1.2.2", "<1.2.4-alpha.9", ">1.2.3-pre <1.2.4",
    ]

    private static func answer() async throws -> Answer {
        try await NpmPeer.run(
            """
            const semver = npm('semver'), npa = npm('npm-package-arg')
            const table = includePrerelease => input.ranges.map(range => {
              try { new semver.Range(range, { loose: true, includePrerelease }) } catch { return null }
              return input.versions.map(v => semver.satisfies(v, range, { loose: true, includePrerelease }))
            })
            const versions = input.versions.map(v => semver.valid(v, true))
            const valid = input.versions.map((_, index) => index).filter(index => versions[index] !== null)
            const kinds = input.ranges.map(range => {
              try { return npa.resolve('name', range).type } catch { return 'none' }
            })
            valid.sort((a, b) => semver.compare(input.versions[a], input.versions[b], true) || a - b)
            answer({ plain: table(false), withPrereleases: table(true), versions, sorted: valid, kinds })
            """, input: Question(ranges: ranges, versions: versions))
    }

    @Test func `each pair of range and version is judged as npm judges it`() async throws {
        let answer = try await Self.answer()
        var compared = 0
        for (withPrereleases, table) in [(false, answer.plain), (true, answer.withPrereleases)] {
            for (range, row) in zip(Self.ranges, table) {
                // Whether prereleases of ^0.1.1 itself count differs between the versions of npm's module.
                if withPrereleases, range.hasPrefix("^0.") { continue }
                let mine = NpmRange(range, withPrereleases: withPrereleases)
                #expect((mine == nil) == (row == nil), "\(range.debugDescription) as a range")
                guard let mine, let row else { continue }
                for (version, expected) in zip(Self.versions, row) {
                    let found = NpmVersion(version).map { mine.contains($0) } ?? false
                    compared += 1
                    #expect(found == expected, "\(version.debugDescription) in \(range.debugDescription)")
                }
            }
        }
        #expect(compared > 10_000)
    }

    @Test func `versions are read, spelt and sorted as npm does it`() async throws {
        let answer = try await Self.answer()
        for (text, expected) in zip(Self.versions, answer.versions) {
            #expect(NpmVersion(text)?.description == expected, "\(text.debugDescription)")
        }
        let valid = Self.versions.indices.filter { NpmVersion(Self.versions[$0]) != nil }
        let sorted = valid.sorted { left, right in
            guard let one = NpmVersion(Self.versions[left]), let other = NpmVersion(Self.versions[right]) else {
                return false
            }
            return one == other ? left < right : one < other
        }
        #expect(sorted == answer.sorted)
    }

    @Test func `a dependency's text is of the kind that npm sees`() async throws {
        let answer = try await Self.answer()
        for (text, kind) in zip(Self.ranges, answer.kinds) {
            let mine =
                switch NpmSpec(text.isEmpty ? "*" : text) {
                case .version: "version"
                case .range: "range"
                case .tag: "tag"
                case .alias: "alias"
                case .elsewhere: "elsewhere"
                }
            let known = ["version", "range", "tag", "alias"].contains(kind) ? kind : "elsewhere"
            #expect(kind == "none" || text.isEmpty || mine == known, "\(text.debugDescription)")
        }
        #expect(NpmSpec("npm:other@^1") == .alias(name: "other", .range(try #require(NpmRange("^1")))))
        for text in ["file:../a", "./a", "git+ssh://git@host/a.git", "user/repo", "https://host/a.tgz", "workspace:*"] {
            if case .elsewhere = NpmSpec(text) { continue }
            Issue.record("\(text) is taken for something of a registry")
        }
    }
}
