import BerthDocument
import Testing

@testable import BerthWorkflow

/// Our graph of every workflow in `Tests/Workflows` is act's.
///
/// act names jobs, what is above each, stages and events; a dry run names the jobs that start, with their cells. It
/// cannot dry-run what it would fetch, and makes no jobs of a matrix that an earlier job gives.
@Suite struct ActTests {
    /// It fetches the workflow of another repository.
    private static let withoutDryRun = ["elsewhere"]
    private static let events = ["push", "pull_request", "schedule"]

    @Test func `there are at least twelve repositories to compare`() throws {
        #expect(try Act.repositories().count >= 12)
    }

    @Test(arguments: try Act.repositories())
    func `the jobs, their needs and their cells are act's`(repository: String) async throws {
        let answer = try await Act.answer(repository, events: Self.events)
        let files = Act.files(of: repository)
        let paths = try files.workflowFiles()
        #expect(answer.members.map { ".github/workflows/" + $0.key } == paths)
        for path in paths {
            let workflow = try WorkflowReader.read(#require(try files.bytes(path)), file: path)
            let theirs = try #require(answer[workflow.fileName])
            #expect(theirs["accepted"]?.text == "true")
            #expect(theirs["events"]?.items.map(\.text) == workflow.triggers.map(\.event).sorted())
            #expect(Self.rows(theirs) == Self.rows(workflow))
            for member in try #require(theirs["started"]).members {
                if Self.withoutDryRun.contains(repository) { continue }
                try compare(member, workflow, files)
            }
        }
    }

    /// A line for each job: stage, id, name as written, and all jobs above it.
    private static func rows(_ answer: DocumentNode) -> [String] {
        (answer["jobs"]?.items ?? []).map { job in
            let above = (job["above"]?.items ?? []).compactMap(\.text).joined(separator: " ")
            return "\(job["stage"]?.text ?? "") \(job["id"]?.text ?? "") \(job["name"]?.text ?? "") < \(above)"
        }.sorted()
    }

    private static func rows(_ workflow: Workflow) -> [String] {
        let nothingKnown = TemplateEvaluator([:], faults: Faults())
        return workflow.jobs.map { job in
            let above = Set(above(job, in: workflow)).sorted()
            let stage = stage(job, in: workflow)
            return
                "\(stage) \(job.id) \(job.name.map { nothingKnown.rendered($0) } ?? job.id) < \(above.joined(separator: " "))"
        }.sorted()
    }

    private static func needed(_ job: JobDefinition, in workflow: Workflow) -> [JobDefinition] {
        job.needs.compactMap { need in workflow.jobs.first { $0.id == need.job } }
    }

    private static func above(_ job: JobDefinition, in workflow: Workflow) -> [String] {
        needed(job, in: workflow).flatMap { [$0.id] + above($0, in: workflow) }
    }

    private static func stage(_ job: JobDefinition, in workflow: Workflow) -> Int {
        needed(job, in: workflow).map { 1 + stage($0, in: workflow) }.max() ?? 0
    }

    /// What starts with us starts with act; what starts with act starts with us, or is not known to us.
    private func compare(_ started: DocumentMember, _ workflow: Workflow, _ files: RepositoryFilesOnDisk) throws {
        let facts = RunFacts(
            event: started.key, github: ["ref": "refs/heads/main", "ref_name": "main", "repository": "o/r"])
        let graph = try GraphBuilder.graph(of: workflow, facts: facts) { try files.bytes($0) }
        var theirs = started.value.items.map { job in
            "\(job["job"]?.text ?? "") \(Self.written(job["matrix"]))"
        }
        #expect(!theirs.isEmpty)
        for job in graph.running
        where !job.unknowns.contains(where: { $0.message.hasPrefix("the matrix is not known") }) {
            let ours = "\(job.job) \(Self.written(.object(job.cell.values)))"
            guard let index = theirs.firstIndex(of: ours) else {
                let isSure = job.standing == .runs && !waitsForUnknownMatrix(job, in: graph)
                #expect(!isSure, "\(workflow.file), \(started.key): act does not start \(ours)")
                continue
            }
            theirs.remove(at: index)
        }
        #expect(theirs.isEmpty, "\(workflow.file), \(started.key): only act starts these")
    }

    private func waitsForUnknownMatrix(_ job: WorkflowJob, in graph: JobGraph) -> Bool {
        job.needs.contains { need in
            guard let above = graph.jobs.first(where: { $0.id == need }) else { return false }
            return above.unknowns.contains { $0.message.hasPrefix("the matrix is not known") }
                || waitsForUnknownMatrix(above, in: graph)
        }
    }

    /// Members by name, so that order does not count.
    private static func written(_ value: ExpressionValue) -> String {
        switch value {
        case .object(let object):
            let members = object.members.sorted { $0.name < $1.name }
            return "{" + members.map { "\($0.name): \(written($0.value))" }.joined(separator: ", ") + "}"
        case .array(let items): return "[" + items.map { written($0) }.joined(separator: ", ") + "]"
        default: return ExpressionJSON.text(value)
        }
    }

    private static func written(_ node: DocumentNode?) -> String {
        switch node?.kind {
        case .mapping(let members):
            "{" + members.sorted { $0.key < $1.key }.map { "\($0.key): \(written($0.value))" }.joined(separator: ", ")
                + "}"
        case .sequence(let items): "[" + items.map { written($0) }.joined(separator: ", ") + "]"
        case .scalar(let text, quoted: true): ExpressionJSON.text(.string(text))
        case .scalar(let text, quoted: false): text
        default: "null"
        }
    }
}
