package import BerthCache
internal import BerthSystem

/// What one job may do: which repository and reference it runs for, and whether it may save.
///
/// Whoever starts the job says so, never the job itself.
package struct JobGrant: Sendable, Codable, Equatable {
    package enum Mode: String, Sendable, Codable {
        case readOnly = "read-only"
        case readWrite = "read-write"
    }

    /// The job's own scope.
    package let scope: Scope
    /// The branch that a pull request goes to; a name or a whole reference.
    package let base: String?
    package let defaultBranch: String
    package let mode: Mode

    package init(scope: Scope, base: String?, defaultBranch: String, mode: Mode) throws {
        (self.scope, self.base, self.defaultBranch, self.mode) = (scope, base, defaultBranch, mode)
        _ = try access()
    }

    /// Own scope first, then the base, then the default branch.
    package func access() throws -> ScopeAccess {
        let others = try [base, defaultBranch].compactMap(\.self).map { name in
            try Scope(
                repository: scope.repository, reference: name.hasPrefix("refs/") ? name : "refs/heads/\(name)")
        }
        return ScopeAccess(own: scope, others: others, maySave: mode == .readWrite)
    }
}
