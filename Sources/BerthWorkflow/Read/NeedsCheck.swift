internal import BerthDocument

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
        cycles(workflow, byID, faults)
    }

    private enum Mark {
        case open
        case done
    }

    /// Depth first, without recursion; each circle is named once, as the path round it.
    private static func cycles(_ workflow: Workflow, _ byID: [String: Int], _ faults: Faults) {
        var marks: [Int: Mark] = [:]
        for start in workflow.jobs.indices where marks[start] == nil {
            var path: [(job: Int, next: Int)] = [(start, 0)]
            marks[start] = .open
            while let top = path.last {
                let needs = workflow.jobs[top.job].needs
                guard top.next < needs.count else {
                    marks[top.job] = .done
                    path.removeLast()
                    continue
                }
                path[path.count - 1].next += 1
                let need = needs[top.next]
                guard let target = byID[need.job.lowercased()] else { continue }
                if marks[target] == nil {
                    marks[target] = .open
                    path.append((target, 0))
                } else if marks[target] == .open {
                    let first = path.firstIndex { $0.job == target } ?? 0
                    let names = path[first...].map { workflow.jobs[$0.job].id } + [workflow.jobs[target].id]
                    faults.add(
                        "these jobs need each other in a circle: \(names.joined(separator: " → "))", at: need.place)
                }
            }
        }
    }
}
