internal import BerthPlan
package import BerthStore
internal import BerthSystem
internal import BerthWorkflow
internal import Foundation

/// Runs that GitHub has done, as its API lists them, for the history: hosted minutes that are spent still teach.
///
/// The form is that of `GET /repos/{owner}/{repo}/actions/runs/{run_id}/jobs`; several answers may follow each other, as
/// `gh api --paginate` prints them.
package struct GitHubRuns: Sendable {
    package private(set) var rows: [RunRow] = []
    /// Jobs of other workflows, not ended, skipped, or without a job of that name in the workflow.
    package private(set) var passedOver: [String: Int] = [:]

    private struct Answer: Decodable {
        let jobs: [Item]
    }

    /// What GitHub answers in place of a list.
    private struct Refusal: Decodable {
        let message: String
    }

    private struct Item: Decodable {
        let id: Int64
        let name: String
        let conclusion: String?
        let started: String?
        let completed: String?

        private enum CodingKeys: String, CodingKey {
            case id
            case name
            case conclusion
            case started = "started_at"
            case completed = "completed_at"
        }
    }

    /// Reads answers; names are looked up among the jobs of the workflow.
    ///
    /// - Throws: `BerthError` (64) where the text is not such an answer.
    package init(_ bytes: [UInt8], of member: WorkflowSet.Member, repository: String) throws {
        let names = Dictionary(member.graph.jobs.map { ($0.name, $0) }) { first, _ in first }
        for item in try Self.items(bytes) {
            guard let job = names[item.name] else {
                note("no job \"\(item.name.escaped)\" in the workflow")
                continue
            }
            guard let ending = Self.endings[item.conclusion ?? ""] else {
                note("not ended, or skipped")
                continue
            }
            guard let start = Self.time(item.started), let end = Self.time(item.completed), end >= start else {
                note("without times")
                continue
            }
            let key = RunKey(
                repository: repository, workflow: job.workflow, job: job.job, cell: job.cell.name, image: "",
                cache: .none)
            // GitHub counts in whole seconds: less than one is none.
            let record = RunRecord(key, at: Int64(end), ending: ending, seconds: max(1, end - start))
            rows.append(RunRow(record, source: "github:\(repository):\(item.id)"))
        }
    }

    private static let endings: [String: RunEnding] = [
        "success": .succeeded, "failure": .failed, "cancelled": .cancelled, "timed_out": .timedOut,
    ]

    private mutating func note(_ reason: String) { passedOver[reason, default: 0] += 1 }

    /// Answers one after the other: each is decoded up to where the next begins.
    private static func items(_ bytes: [UInt8]) throws -> [Item] {
        var items: [Item] = []
        let parts = JSONSequence.parts(of: bytes)
        guard !parts.isEmpty else {
            throw BerthError(
                .usage, "there are no runs: the input is empty",
                remedy: "give what `gh api repos/OWNER/REPO/actions/runs/ID/jobs` prints, and look whether it failed")
        }
        for text in parts {
            do { items += try JSONDecoder().decode(Answer.self, from: Data(text)).jobs } catch {
                let refusal = try? JSONDecoder().decode(Refusal.self, from: Data(text))
                throw BerthError(
                    .usage,
                    refusal.map { "GitHub refused: \($0.message.escaped)" }
                        ?? "this is not GitHub's list of a run's jobs",
                    remedy: "give what `gh api repos/OWNER/REPO/actions/runs/ID/jobs` prints",
                    cause: refusal == nil ? error : nil)
            }
        }
        return items
    }

    private static func time(_ text: String?) -> Double? {
        text.flatMap { try? Date($0, strategy: .iso8601) }?.timeIntervalSince1970
    }
}

/// JSON objects that follow each other without anything between them.
enum JSONSequence {
    /// The bytes of each, by counting braces outside of strings; what is left over is a part of its own.
    static func parts(of bytes: [UInt8]) -> [ArraySlice<UInt8>] {
        var (parts, start, depth): ([ArraySlice<UInt8>], Int, Int) = ([], 0, 0)
        var (isText, isEscaped) = (false, false)
        for (index, byte) in bytes.enumerated() {
            if isText {
                (isText, isEscaped) = (
                    isEscaped || byte != UInt8(ascii: "\""), !isEscaped && byte == UInt8(ascii: "\\")
                )
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): isText = true
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                guard depth == 0 else { continue }
                parts.append(bytes[start...index])
                start = index + 1
            default: continue
            }
        }
        let rest = bytes[start...]
        return rest.allSatisfy { [9, 10, 13, 32].contains($0) } ? parts : parts + [rest]
    }
}
