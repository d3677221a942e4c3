internal import BerthPlan
internal import BerthReport
internal import BerthWorkflow

extension PlannableJobs {
    /// What people asked and did not get, those with the same wish together: `lint, test (1): 2 processors (…)`.
    var cutWishes: [String] {
        var (wishes, names): ([String], [String: [String]]) = ([], [:])
        for job in jobs {
            for wish in sizes[job.id]?.cutWishes ?? [] {
                if names[wish] == nil { wishes.append(wish) }
                names[wish, default: []].append(job.id.text)
            }
        }
        return wishes.map { wish in
            let jobs = names[wish] ?? []
            let more = jobs.count > 3 ? " and \(jobs.count - 3) more" : ""
            return "\(jobs.prefix(3).joined(separator: ", "))\(more): \(wish)"
        }
    }
}

extension JobSize {
    /// What was asked and cut, with what came of it.
    fileprivate var cutWishes: [String] {
        var wishes: [String] = []
        if processors.source.isCutWish {
            wishes.append("\(PlanReport.short(Double(processors.value) / 1000)) processors (\(processors.source))")
        }
        if duration.source.isCutWish {
            wishes.append("\(DurationText.of(duration.value.expected.inSeconds)) (\(duration.source))")
        }
        return wishes
    }
}
