extension PlanReport {
    package var text: String {
        let head = "\(title): \(jobs.count == 1 ? "1 job" : "\(jobs.count) jobs") on \(resources)"
        return
            ([head, ""] + chart.lines(columns: columns ?? 80) + ["", verdict, ""] + table + ["", "why then:"] + reasons
            + left.map { "not run: \($0)" } + notes.map { "note: \($0)" }).joined(separator: "\n")
    }

    /// `2 slots, 12.0 GB (flag), 8 processors (engine)`.
    package var resources: String {
        let slots = machine.slots == 1 ? "1 slot" : "\(machine.slots) slots"
        return "\(slots), \(ByteText.of(machine.memory)) (\(machine.memorySource)), "
            + "\(Self.short(machine.processors)) processors (\(machine.processorsSource))"
    }

    /// How long it takes, and how far that is from the best at most.
    package var verdict: String {
        let found = "\(method), \(steps) steps, seed \(seed)"
        guard makespan > bound else { return "takes \(DurationText.of(makespan)); no plan is shorter (\(found))" }
        return "takes \(DurationText.of(makespan)), at most \(Self.percent(gap)) longer than the best possible: "
            + "none ends before \(DurationText.of(bound)) (\(found))"
    }

    private var table: [String] {
        var table = Table([
            ("", .right), ("job", .left), ("slot", .right), ("start", .right), ("takes", .right), ("memory", .right),
            ("weight", .left),
        ])
        for (number, job) in jobs.enumerated() {
            table.add([
                "\(number + 1)", job.id, "\(job.slot)", DurationText.of(job.start),
                DurationText.of(job.end - job.start),
                ByteText.of(job.memory), job.isHeavy ? "heavy" : "light",
            ])
        }
        return table.lines(within: columns)
    }

    private var reasons: [String] { jobs.enumerated().map { "  \($0 + 1) \($1.id): \($1.reason)" } }

    /// `2`, `0.5`.
    package static func short(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
    }

    /// `3.4 %`.
    static func percent(_ share: Double) -> String {
        // What is a whole tenth but for the last bits is that tenth.
        let tenths = Int((share * 1000 - 1e-6).rounded(.up))
        return "\(tenths / 10).\(tenths % 10) %"
    }
}

extension PlanReport.Job {
    /// With where its figures come from: what `berth plan explain` shows.
    package var explanation: String {
        """
        \(id): slot \(slot), from \(DurationText.of(start)) to \(DurationText.of(end))
          starts then  \(reason)
          takes        \(DurationText.of(end - start)) (\(sources.duration))
          weight       \(isHeavy ? "heavy" : "light") (\(sources.weight))
          memory       \(ByteText.of(memory)) (\(sources.memory))
          processors   \(PlanReport.short(processors)) (\(sources.processors))
          needs        \(after.isEmpty ? "nothing" : after.joined(separator: ", "))
        """
    }
}
