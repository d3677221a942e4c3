import BerthReport
import BerthSystem
import BerthTestSupport
import Foundation
import SystemPackage
import Testing

/// What the cache's figures say, word by word: people read the text, programs rely on the JSON.
struct CacheReportTests {
    private static func counts(_ exact: Int, _ prefix: Int, _ miss: Int, _ damaged: Int) -> CacheStatsReport.Counts {
        var counts = CacheStatsReport.Counts()
        (counts.exact, counts.prefix, counts.miss, counts.damaged) = (exact, prefix, miss, damaged)
        return counts
    }

    private static var stats: CacheStatsReport {
        var report = CacheStatsReport()
        report.lookups = counts(80, 10, 9, 1)
        report.repositories = [
            .init(name: "octo/big", lookups: counts(70, 10, 9, 1)), .init(name: "octo/x", lookups: counts(10, 0, 0, 0)),
        ]
        report.days = [.init(name: "2026-11-24", lookups: counts(1, 0, 2, 0))]
        report.contents.entries = 4
        report.contents.logical = 4_000_000_000
        report.contents.packed = 1_500_000_000
        report.contents.physical = 600_000_000
        (report.saves.count, report.saves.bytes, report.saves.added) = (12, 9_000_000_000, 900_000_000)
        (report.timeSaved.seconds, report.timeSaved.hits, report.timeSaved.unknown) = (11_520, 78, 2)
        report.evictions = [
            .init(reason: "closed", count: 3, freed: 100_000_000), .init(reason: "unused", count: 1, freed: 5_000_000),
        ]
        report.regretted = 2
        return report
    }

    @Test func `figures as text and as JSON`() throws {
        #expect(
            Self.stats.text == """
                lookups     100: 80 exact (80 %), 10 by prefix (10 %), 9 missed (9 %), 1 damaged (1 %)
                time saved  3 h 12 min over 78 exact hits; 2 more are of entries without a known cost
                            (seconds that making took, less seconds that restoring took, over exact hits of entries with a known cost)
                contents    4 entries: 4.0 GB of files in 600 MB, a ratio of 6.7; each for itself would take 1.5 GB
                saves       12 of 9.0 GB, 900 MB of them new
                evictions   4, which freed 105 MB: 3 closed, 1 unused
                regret      2 lookups missed what had been evicted

                repository  lookups  exact  prefix  missed  damaged  hit rate
                octo/big         90     70      10       9        1      78 %
                octo/x           10     10       0       0        0     100 %

                day         lookups  exact  prefix  missed  damaged  hit rate
                2026-11-24        3      1       0       2        0      33 %
                """)
        let json = try JSONSerialization.jsonObject(with: Data(Self.stats.json().utf8)) as? [String: Any]
        #expect(json?["schema"] as? String == "berth.cache-stats/1" && json?["regretted"] as? Int == 2)
        #expect((json?["lookups"] as? [String: Int]) == ["exact": 80, "prefix": 10, "miss": 9, "damaged": 1])
        #expect((json?["timeSaved"] as? [String: Any])?["formula"] as? String == CacheStatsReport.formula)
        #expect(
            CacheStatsReport().text.hasPrefix(
                "lookups     0: 0 exact, 0 by prefix, 0 missed, 0 damaged\ntime saved  0.0 s over 0 exact hits\n"))
    }

    @Test func `an eviction as text`() {
        var report = EvictionReport(isDryRun: true, algorithm: "sieve", before: 900, after: 300)
        report.entries = [
            .init(
                key: "app-1", scope: "octo/x refs/heads/main", id: "00", saved: 0, reason: "superseded",
                detail: "app-2 was saved", size: 700, freed: 600)
        ]
        #expect(
            report.text == """
                key    scope                   frees  reason
                app-1  octo/x refs/heads/main  600 B  superseded  app-2 was saved

                1 would go: 900 B would become 300 B
                """)
        report.isDryRun = false
        report.collected = 200
        #expect(
            report.text.hasSuffix(
                "1 went: 900 B became 300 B\n200 B are free now; 400 B with a collection after the grace period"))
        #expect(EvictionReport(isDryRun: false, algorithm: "lru", before: 5, after: 5).text == "nothing has to go: 5 B")
    }

    private static var simulation: SimulationReport {
        func rate(_ mean: Double) -> SimulationReport.Rate { .init(mean: mean, lowest: mean, highest: mean) }
        var report = SimulationReport(
            trace: "t.json", sizes: [1_000_000_000, 10_000_000_000], seeds: 2, isShared: false)
        report.settings = [
            .init(
                timing: "none", lookups: 7, uniqueBytes: 5_000_000_000,
                rows: [
                    .init(policy: "lru", hits: [rate(0.25), rate(0.5)], time: [rate(0.125), rate(1)]),
                    .init(policy: "lru+dead", hits: [rate(0.3), rate(0.55)], time: [rate(0), rate(1)]),
                ], infiniteHits: rate(0.6), infiniteTime: rate(1))
        ]
        return report
    }

    @Test func `a simulation as text and as a picture`() throws {
        let report = Self.simulation
        #expect(
            report.text == """
                t.json

                pull requests none, mean of 2 seeds, 7 lookups, 5.0 GB of different contents
                hit rate / time saved       1.0 GB      10.0 GB
                lru                    .250 / .125  .500 / 1.00
                lru+dead               .300 / .000  .550 / 1.00
                without end            .600 / 1.00  .600 / 1.00
                """)
        let svg = report.plot(report.settings[0]).svg
        let golden = FilePath(#filePath).removingLastComponent().appending("simulation.svg")
        if Machine.environment("BERTH_WRITE_DOCS") != nil { try Files.writeAtomically(svg, to: golden) }
        #expect(try Files.readText(golden) == svg)
    }

    @Test func `a picture is XML for a foreign reader, whatever stands in its titles`() async throws {
        var report = Self.simulation
        report.trace = "<a> & \"b\""
        let folder = try TemporaryFolder("plot")
        let path = folder.path.appending("plot.svg")
        try Files.writeAtomically(report.plot(report.settings[0], ofTime: true).svg, to: path)
        let script = """
            import sys, xml.etree.ElementTree as tree
            root = tree.parse(sys.argv[1]).getroot()
            name = '{http://www.w3.org/2000/svg}'
            print(len(root.findall(name + 'polyline')), [text.text for text in root.findall(name + 'text')][0])
            """
        let python = try Programs.require("python3", remedy: "install Python")
        let output = try await Command(python, ["-c", script, path.string]).output()
        #expect(output == "3 Time saved by cache size: <a> & \"b\"\n")
    }

    @Test(arguments: [(0.04, "0.0 s"), (59.94, "59.9 s"), (60, "1 min 0 s"), (3600, "1 h 0 min"), (-90, "-1 min 30 s")])
    func `durations as people read them`(_ seconds: Double, _ text: String) {
        #expect(DurationText.of(seconds) == text)
    }
}
