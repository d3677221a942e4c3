package import BerthArchive

/// What the planner knows of one version.
package struct RetentionCandidate: Sendable, Equatable {
    package var name: String
    package var tag: String
    package var index: Digest
    /// Seconds since 1970.
    package var built: Int64
    /// Names that lead to it beside its calendar tag, in full: `python:latest`.
    package var aliases: [String] = []
    /// Whether it was latest before what is latest now.
    package var isBeforeLatest = false
    /// Containers of the engine that use it.
    package var containers: [String] = []

    package init(name: String, tag: String, index: Digest, built: Int64) {
        self.name = name
        self.tag = tag
        self.index = index
        self.built = built
    }
}

/// A version's fate: it stays as long as one rule keeps it.
package struct RetentionVerdict: Sendable, Equatable {
    package let candidate: RetentionCandidate
    package let isKept: Bool
    /// Every rule that keeps it; else why it goes.
    package let reasons: [String]
}

/// Decides which versions stay: pure, so that a dry run and the real one can't differ.
package enum RetentionPlanner {
    /// Verdicts in the order of the candidates; `now` in seconds since 1970.
    package static func plan(
        _ candidates: [RetentionCandidate], _ policy: RetentionPolicy, now: Int64
    ) -> [RetentionVerdict] {
        let newest = Dictionary(grouping: candidates, by: \.name).mapValues { own in
            Set(own.sorted(by: isNewer).prefix(policy.keep).map(\.tag))
        }
        return candidates.map { candidate in
            let isNew = newest[candidate.name]?.contains(candidate.tag) ?? false
            let kept = rules(candidate, policy, isNew: isNew, now: now)
            let days = max(0, now - candidate.built) / 86_400
            let gone = "\(days) days old, not among the \(policy.keep) newest, no tag, no container"
            return RetentionVerdict(
                candidate: candidate, isKept: !kept.isEmpty, reasons: kept.isEmpty ? [gone] : kept)
        }
    }

    private static func rules(
        _ candidate: RetentionCandidate, _ policy: RetentionPolicy, isNew: Bool, now: Int64
    ) -> [String] {
        let tags = candidate.aliases.map { $0.split(separator: ":").last.map(String.init) ?? $0 }
        return [
            tags.isEmpty ? nil : "tagged \(tags.joined(separator: ", "))",
            candidate.isBeforeLatest ? "was latest before: the way back" : nil,
            candidate.containers.isEmpty ? nil : "used by \(candidate.containers.joined(separator: ", "))",
            isNew ? "one of the \(policy.keep) newest" : nil,
            now - candidate.built < Int64(policy.days) * 86_400 ? "younger than \(policy.days) days" : nil,
        ].compactMap(\.self)
    }

    private static func isNewer(_ one: RetentionCandidate, _ other: RetentionCandidate) -> Bool {
        (one.built, one.tag.utf8.count, one.tag) > (other.built, other.tag.utf8.count, other.tag)
    }
}
