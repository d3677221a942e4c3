internal import ArgumentParser
internal import BerthCache
internal import BerthSystem
internal import SystemPackage

/// Which scope a job reads and writes; on a bare host this comes from the environment and is no security boundary.
struct ScopeOptions: ParsableArguments {
    @Option(help: "The repository, as owner/name (default: $GITHUB_REPOSITORY, else local/default).")
    var repository: String?

    @Option(help: "The job's reference, in full (default: $GITHUB_REF, else refs/heads/main).")
    var ref: String?

    @Option(help: "The branch that a pull request goes to (default: $GITHUB_BASE_REF).")
    var base: String?

    @Option(help: "The branch that every job may read from.")
    var defaultBranch = "main"

    @Flag(
        help: """
            Save nothing. So it is anyhow for events that strangers can set off (pull_request_target, issue_comment, \
            workflow_run), and as $ACTIONS_CACHE_MODE says.
            """)
    var readOnly = false

    /// What the job may do.
    func mode() throws -> CacheMode { try CacheMode(isReadOnly: readOnly) }

    /// What the job may read and write.
    func access() throws -> ScopeAccess {
        let repository = self.repository ?? Self.variable("GITHUB_REPOSITORY") ?? "local/default"
        let branches = [base ?? Self.variable("GITHUB_BASE_REF"), defaultBranch].compactMap(\.self)
        let own = try Scope(
            repository: repository, reference: ref ?? Self.variable("GITHUB_REF") ?? "refs/heads/\(defaultBranch)")
        return ScopeAccess(
            own: own,
            others: try branches.map { name in
                try Scope(repository: repository, reference: name.hasPrefix("refs/") ? name : "refs/heads/\(name)")
            }, maySave: try mode().maySave)
    }

    private static func variable(_ name: String) -> String? {
        Machine.environment(name).flatMap { $0.isEmpty ? nil : $0 }
    }
}

/// The trees that a command saves or restores; the same list is part of what must be equal for a hit.
struct PathOptions: ParsableArguments {
    @Option(
        name: .customLong("path"),
        help: "A folder or file; LABEL=PATH where it lies elsewhere than it did when it was saved. Repeatable.")
    var paths: [String] = []

    /// Label and place of each.
    var trees: [(label: String, path: String)] {
        paths.map { text in
            // `/opt/x=y` is a path: a label that is a path of its own comes with a place that is one too.
            guard let mark = text.firstIndex(of: "="), !text.hasPrefix("/") || text[mark...].hasPrefix("=/") else {
                return (text, Self.expanded(text))
            }
            return (String(text[..<mark]), Self.expanded(String(text[text.index(after: mark)...])))
        }
    }

    /// What entries of these trees have in common.
    var version: String { PathVersion.of(trees.map(\.label)) }

    private static func expanded(_ path: String) -> String {
        path.hasPrefix("~/") ? Machine.home.string + path.dropFirst(1) : path
    }
}
