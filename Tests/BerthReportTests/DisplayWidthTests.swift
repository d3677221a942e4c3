import Testing

@testable import BerthReport

/// Columns of a terminal, and what stands in them.
struct DisplayWidthTests {
    @Test(arguments: [
        ("", 0), ("build (3.12)", 12), ("é", 1), ("e\u{301}", 1), ("測試", 4), ("テスト", 6), ("ﾃｽﾄ", 3), ("한글", 4),
        ("\u{1112}\u{1161}\u{11AB}", 2), ("Ａ", 2), ("🚀", 2), ("👩‍👩‍👧", 2), ("👍🏽", 2), ("🇩🇪", 2), ("❤", 1), ("❤\u{FE0F}", 2),
        ("☝🏽", 2), ("a\u{200B}b", 2), ("\u{7}", 0), ("→", 1), ("…", 1), ("ก็", 1), ("𠀀", 2), ("co\u{AD}op", 5),
    ])
    func `each letter takes the columns that terminals give it`(text: String, columns: Int) {
        #expect(text.displayWidth == columns)
    }

    @Test func `what is shortened never takes more than there is`() {
        #expect("build".shortened(to: 5) == "build")
        #expect("build".shortened(to: 4) == "bui…")
        #expect("測試測試".shortened(to: 6) == "測試…" && "測試測試".shortened(to: 5) == "測試…")
        #expect("測試測試".shortened(to: 4) == "測…" && "測試".shortened(to: 1) == "…" && "測試".shortened(to: 0) == "")
        let text = "a測e\u{301}🚀b試"
        for columns in 0...9 { #expect(text.shortened(to: columns).displayWidth <= columns) }
    }

    @Test func `columns of a table stand below each other, whatever its letters take`() {
        var table = Table([("job", .left), ("takes", .right)])
        for name in ["lint", "測試", "🚀 go", "cafe\u{301}"] { table.add([name, "1 s"]) }
        #expect(
            table.lines == [
                "job    takes", "lint     1 s", "測試     1 s", "🚀 go    1 s", "cafe\u{301}     1 s",
            ])
        #expect(Set(table.lines.map(\.displayWidth)) == [12])
    }

    @Test func `a chart's bars are as wide as their time, whatever letters are in them`() {
        func bar(_ name: String, _ start: Double) -> GanttChart.Bar {
            .init(
                name: name, key: "1", start: start, end: start + 50, isHeavy: false, memory: 0, after: [], reason: "")
        }
        let wide = GanttChart(rows: [.init(title: "slot 1", bars: [bar("測試", 0), bar("🚀", 50)])])
        #expect(wide.lines(columns: 28)[1] == "slot 1  [測試----][🚀------]")
        let plain = GanttChart(rows: [.init(title: "slot 1", bars: [bar("test", 0), bar("go", 50)])])
        #expect(plain.lines(columns: 28)[1] == "slot 1  [test----][go------]")
        // Nine columns of name in eight: the number stands there instead.
        let long = GanttChart(rows: [.init(title: "slot 1", bars: [bar("a測試測試", 0), bar("b", 50)])])
        #expect(long.lines(columns: 28)[1] == "slot 1  [1-------][b-------]")
    }

    @Test func `a picture leaves a name out that has no room, counted by its wide letters`() {
        func svg(_ name: String) -> String {
            let bar = GanttChart.Bar(
                name: name, key: "#1", start: 0, end: 10, isHeavy: false, memory: 0, after: [], reason: "")
            return GanttChart(rows: [.init(title: "slot 1", bars: [bar])], bound: 100).svg(title: "x")
        }
        // 83.5 - 1 - 8 units are ten letters of 7.
        #expect(svg("abcdefghij").contains(">abcdefghij</text>") && !svg("abcdefghijk").contains(">abcdefghijk</text>"))
        #expect(svg("測試測試測").contains(">測試測試測</text>") && svg("測試測試測試").contains(">#1</text>"))
    }

    @Test func `a line of progress is cut between letters`() {
        let step = StepBoard.Step(name: "測試測試測試", total: nil, unit: .items)
        #expect(step.line(width: 11) == "> 測試測試…")
    }

    @Test func `time that passes is shown as people say it`() {
        let step = StepBoard.Step(name: "search", total: 10_000, unit: .milliseconds, done: 2_500)
        #expect(step.line(width: 80) == "> search  [#####...............] 2.5 s of 10.0 s")
    }
}
