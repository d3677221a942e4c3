internal import BerthDocument
internal import BerthPlan

/// What jobs say of each other: ids that are there, once, and need each other in no circle.
enum NeedsCheck {
    static func check(_ workflow: Workflow, _ faults: Faults) {
        var byID: [String: Int] = [:]
        for (index, job) in workflow.jobs.enumerated() {
            if let earlier = byID[job.id.lowercased()] {
                faults.add(
                    "the job \"\(workflow.jobs[earlier].id)\" has this id already; case does not count", at: job.place)
            } else {
                byID[job.id.lowercased()] = index
            }
        }
        for job in workflow.jobs {
            for need in job.needs where byID[need.job.lowercased()] == nil {
                let hint = Suggestion.text(for: need.job, among: workflow.jobs.map(\.id))
                faults.add("\"\(job.id)\" needs \"\(need.job)\", which is not a job here\(hint)", at: need.place)
            }
        }
        circles(workflow, byID, faults)
    }

    /// Each group of jobs that need each other is named once, by a way round it.
    private static func circles(_ workflow: Workflow, _ byID: [String: Int], _ faults: Faults) {
        let needs = workflow.jobs.map { job in job.needs.compactMap { byID[$0.job.lowercased()] } }
        for circle in Circle.all(in: needs) {
            let names = (circle.path + circle.path.prefix(1)).map { workflow.jobs[$0].id }
            let others = circle.others.map { workflow.jobs[$0].id }
            let last = workflow.jobs[circle.path.last ?? 0]
            let closing = last.needs.first { byID[$0.job.lowercased()] == circle.path.first }
            faults.add(
                "these jobs need each other in a circle: \(names.joined(separator: " → "))"
                    + (others.isEmpty ? "" : "; in circles with them: \(others.joined(separator: ", "))"),
                at: closing?.place ?? last.place)
        }
    }
}
