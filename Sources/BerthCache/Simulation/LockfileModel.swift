internal import BerthStore

/// Makes lookups of histories of lockfiles, with invented sizes and pull requests (reference/cache.md §5.3).
///
/// Each commit is one lookup on the main branch, and two before it in the scope of its pull request, which closes with
/// the commit. A commit that leaves the lockfile alone has its pull request look for the state that main had then. A
/// miss saves in the own scope. The histories are laid over each other at their ends.
package struct LockfileModel: Sendable {
    private let streams: [LockfileStream]
    private let timing: PullTiming

    package init(_ streams: [LockfileStream], timing: PullTiming) { (self.streams, self.timing) = (streams, timing) }

    /// One event with its moment before the end of its history.
    private struct Moment {
        let at: Int64
        let stream: Int
        /// The state that is looked for; empty for a closing.
        let state: String
        /// The commit whose pull request looks; nil for the main branch.
        let pull: Int?
    }

    /// The trace for one draw of sizes and times; `withParts` also says which packages contents share.
    package func trace(seed: UInt64, withParts: Bool = false) -> CacheTrace {
        var numbers = SeededNumbers(seed: seed)
        var builder = TraceBuilder()
        for stream in streams { describe(stream, &builder, &numbers, withParts) }
        for moment in moments(&numbers) { add(moment, &builder) }
        return builder.finish()
    }

    private func add(_ moment: Moment, _ builder: inout TraceBuilder) {
        let repository = name(moment.stream)
        guard let pull = moment.pull else {
            return builder.add(lookup(repository, "refs/heads/main", [], moment.state))
        }
        let scope = "refs/pull/\(pull)/merge"
        if moment.state.isEmpty { return builder.close(repository: repository, scope: scope) }
        builder.add(lookup(repository, scope, ["refs/heads/main"], moment.state))
    }

    private func name(_ stream: Int) -> String { "\(streams[stream].repository) \(streams[stream].lockfile)" }

    private func lookup(
        _ repository: String, _ scope: String, _ others: [String], _ state: String
    ) -> TraceBuilder.Lookup {
        .init(repository: repository, scope: scope, others: others, key: state, family: "")
    }

    /// All events by time.
    private func moments(_ numbers: inout SeededNumbers) -> [Moment] {
        var moments: [Moment] = []
        for (index, stream) in streams.enumerated() {
            let end = stream.commits.last?.at ?? 0
            for (number, commit) in stream.commits.enumerated() {
                let at = commit.at - end
                let changes = number == 0 || stream.commits[number - 1].state != commit.state
                for lead in timing.leads(&numbers) {
                    let state = changes ? commit.state : Self.state(of: stream, at: commit.at - lead)
                    moments.append(.init(at: at - lead, stream: index, state: state, pull: number))
                }
                moments.append(.init(at: at, stream: index, state: "", pull: number))
                moments.append(.init(at: at, stream: index, state: commit.state, pull: nil))
            }
        }
        return moments.enumerated().sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }.map(\.element)
    }

    /// What main had at a moment; before the history begins, its first state.
    private static func state(of stream: LockfileStream, at moment: Int64) -> String {
        var (low, high) = (0, stream.commits.count)
        while low < high {
            let middle = (low + high) / 2
            if stream.commits[middle].at <= moment { low = middle + 1 } else { high = middle }
        }
        return stream.commits[max(0, low - 1)].state
    }

    /// Sizes of all states: a set of packages, of which each new state replaces a few by others of nearly their size.
    private func describe(
        _ stream: LockfileStream, _ builder: inout TraceBuilder, _ numbers: inout SeededNumbers, _ withParts: Bool
    ) {
        let model = stream.ecosystem
        let repository = "\(stream.repository) \(stream.lockfile)"
        var made = 0
        func part(_ size: Double) -> PackPart {
            made += 1
            return PackPart(name: "\(repository) \(made)", size: Int64(max(1, size)))
        }
        var packages = (0..<model.count).map { _ in
            part(numbers.logNormal(median: model.median, deviation: PackageModel.deviation))
        }
        var total = packages.reduce(0) { $0 + $1.size }
        var seen: Set<String> = []
        for commit in stream.commits where seen.insert(commit.state).inserted {
            if seen.count > 1 {
                let share = numbers.logNormal(median: PackageModel.churn, deviation: PackageModel.churnDeviation)
                for _ in 0..<max(1, Int(min(1, share) * Double(model.count))) {
                    let index = Int(numbers.unit() * Double(model.count))
                    let new = part(numbers.logNormal(median: Double(packages[index].size), deviation: 0.1))
                    total += new.size - packages[index].size
                    packages[index] = new
                }
            }
            builder.describe(
                repository: repository, version: "", key: commit.state, size: total,
                cost: Double(model.count) * model.cost, parts: withParts ? packages : [])
        }
    }
}
