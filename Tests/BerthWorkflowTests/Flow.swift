import BerthDocument
import BerthPlan
import Testing

@testable import BerthWorkflow

/// A repository of a few files in memory.
struct Repository {
    var files: [String: String]
    var facts = RunFacts(event: "push")

    /// One workflow, `ci.yml`, and others beside it.
    init(_ text: String, _ others: [String: String] = [:]) {
        files = others
        files[Self.main] = text
    }

    static let main = ".github/workflows/ci.yml"

    func workflow() throws -> Workflow {
        try WorkflowReader.read(Array((files[Self.main] ?? "").utf8), file: Self.main)
    }

    func graph() throws -> JobGraph {
        try GraphBuilder.graph(of: workflow(), facts: facts) { path in files[path].map { Array($0.utf8) } }
    }

    /// All faults, without the folder of workflows.
    func faults() -> [String] {
        do {
            _ = try graph()
            return []
        } catch let found as DocumentFaults {
            let folder = ".github/workflows/"
            return found.faults.map(\.description).map {
                $0.hasPrefix(folder) ? String($0.dropFirst(folder.count)) : $0
            }
        } catch {
            return ["\(error)"]
        }
    }
}

/// A workflow around the text of its jobs, whose first line is line 3.
func workflow(_ jobs: String) -> String { "on: push\njobs:\n\(jobs)" }

/// A job's last lines.
let anyRunner = "    runs-on: ubuntu-latest\n    steps: [{run: x}]\n"

extension JobGraph {
    func job(_ id: String) throws -> WorkflowJob { try #require(jobs.first { $0.id.text == id }) }

    var ids: [String] { jobs.map(\.id.text) }
}
