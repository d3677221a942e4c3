import BerthSystem
import BerthTestSupport
import Foundation
import SystemPackage
import Testing

@testable import BerthReport

/// Plans as people see them: the chart at three widths, the words, the picture and the page.
struct PlanReportTests {
    @Test(arguments: [
        (
            60,
            """
                    0          2 min      4 min      6 min       8 min
            slot 1  [1-][unit (3.12)-][unit (3.13)--]|[docs--------]
            slot 2  [build===============][end to end <&>==============]
            memory  ▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇██████████████████████████▆▆▆▆
            """
        ),
        (
            80,
            """
                    0              2 min           4 min          6 min           8 min
            slot 1  [lint][unit (3.12)------][unit (3.13)-------]|[docs---------------]
            slot 2  [build========================][end to end <&>=========================]
            memory  ▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇████████████████████████████████████▆▆▆▆▆
            """
        ),
        (
            100,
            """
                    0                   2 min              4 min               6 min               8 min
            slot 1  [lint-][unit (3.12)------------][unit (3.13)-------------]|[docs--------------------]
            slot 2  [build================================][end to end <&>=====================================]
            memory  ▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇██████████████████████████████████████████████▆▆▆▆▆▆▆
            """
        ),
    ])
    func `the chart fits the terminal`(columns: Int, expected: String) {
        let lines = PlanFixture.report.chart.lines(columns: columns)
        #expect(lines.joined(separator: "\n") == expected)
        #expect(lines.allSatisfy { $0.count <= columns })
    }

    @Test func `jobs without room are counted, and none is drawn over another`() {
        let bars = (0..<100).map { number in
            GanttChart.Bar(
                name: "job \(number)", key: "\(number)", start: Double(number), end: Double(number + 1), isHeavy: false,
                memory: 0, after: [], reason: "")
        }
        let lines = GanttChart(rows: [.init(title: "slot 1", bars: bars)]).lines(columns: 48)
        #expect(lines[1] == "slot 1  " + String(repeating: "|", count: 40))
        #expect(lines[2] == "60 of the jobs are too short to be drawn at this width")
    }

    @Test func `a plan in words`() throws {
        let text = PlanFixture.report.text
        #expect(text.hasPrefix("ci.yml: 7 jobs on 2 slots, 12.0 GB (--memory), 8 processors (host)\n\n        0   "))
        #expect(
            text.contains(
                """

                takes 9 min 20 s, at most 3.8 % longer than the best possible: none ends before 9 min 0 s (branch and bound, \
                1234 steps, seed 7)

                   job             slot       start       takes  memory  weight
                1  lint               1       0.0 s      45.0 s  2.0 GB  light
                2  build              2       0.0 s   4 min 0 s  8.0 GB  heavy
                """))
        #expect(text.contains("\nwhy then:\n  1 lint: at once\n"))
        #expect(text.hasSuffix("\nnote: cron: github.event.schedule is not known before the run"))
    }

    @Test func `a plan that reaches its bound says that none is shorter`() {
        var report = PlanFixture.report
        report.bound = report.makespan
        #expect(report.verdict == "takes 9 min 20 s; no plan is shorter (branch and bound, 1234 steps, seed 7)")
    }

    @Test func `one job with where its figures come from`() {
        let report = PlanFixture.report
        #expect(
            report.jobs[4].explanation == """
                end to end <&>: slot 2, from 4 min 0 s to 9 min 20 s
                  starts then  build ended, which it needs
                  takes        5 min 20 s (history: 12 runs)
                  weight       heavy (berth.yaml)
                  memory       9.0 GB (berth.yaml)
                  processors   1 (default)
                  needs        build
                """)
    }

    @Test func `programs read seconds and bytes, and no width of a terminal`() throws {
        let json = try JSONSerialization.jsonObject(with: Data(PlanFixture.report.json().utf8)) as? [String: Any]
        #expect(json?["schema"] as? String == "berth.plan/1" && json?["columns"] == nil)
        #expect(json?["makespan"] as? Double == 560 && json?["bound"] as? Double == 540)
        let first = (json?["jobs"] as? [[String: Any]])?.first
        #expect(first?["id"] as? String == "lint" && first?["memory"] as? Int64 == 2_000_000_000)
        #expect((first?["sources"] as? [String: String])?["duration"] == "history: 12 runs")
    }

    @Test func `a comparison shows both charts and the bound`() {
        let plan = PlanFixture.report
        var fifo = plan
        fifo.makespan = 700
        let text = PlanComparisonReport(fifo: fifo, plan: plan).text
        #expect(
            text.contains(
                """
                                             takes  over the bound
                first come, first served  11 min 40 s          29.7 %
                this plan                  9 min 20 s           3.8 %
                no plan ends before         9 min 0 s
                """), "\(text)")
        #expect(text.contains("\nfirst come, first served:\n") && text.contains("\nthis plan:\n"))
    }

    /// Python's own parsers of XML and HTML read them.
    @Test func `picture and page are well formed, and names with signs of markup are text in them`() async throws {
        let folder = try TemporaryFolder()
        let report = PlanFixture.report
        try Files.writeAtomically(report.chart.svg(title: report.title), to: folder.path.pushing("plan.svg"))
        try Files.writeAtomically(report.html, to: folder.path.pushing("plan.html"))
        let script = """
            import sys, xml.etree.ElementTree as tree, html.parser
            space = "{http://www.w3.org/2000/svg}"
            root = tree.parse(sys.argv[1]).getroot()
            print(root.get("viewBox"))
            print(len(root.findall(f"{space}g/{space}rect")))
            print([e.text for e in root.iter(f"{space}text") if "end" in (e.text or "")])
            class Reader(html.parser.HTMLParser):
                rows, depth, text = 0, 0, ""
                def handle_starttag(self, tag, attributes):
                    self.rows += tag == "tr"
                    self.depth += tag != "meta"
                def handle_startendtag(self, tag, attributes): pass
                def handle_endtag(self, tag): self.depth -= 1
                def handle_data(self, data): self.text += data
            reader = Reader(); reader.feed(open(sys.argv[2], encoding="utf-8").read())
            print(reader.rows, reader.depth, "end to end <&>" in reader.text)
            """
        let outcome = try await Command(
            "/usr/bin/python3", ["-c", script, "\(folder.path)/plan.svg", "\(folder.path)/plan.html"]
        ).run()
        #expect(outcome.output == "0 0 960 232\n7\n['end to end <&>']\n8 0 True\n", "\(outcome)")
    }
}
