internal import BerthSystem

/// The repository and its branch or pull request that an entry belongs to: `o/r` and `refs/heads/main`.
package struct Scope: Sendable, Hashable, Codable, CustomStringConvertible {
    /// `owner/name`, in lower case: GitHub does not tell cases apart.
    package let repository: String
    /// `refs/heads/main`, `refs/pull/7/merge`, `refs/tags/v1`; as git has it, with its case.
    package let reference: String

    package init(repository: String, reference: String) throws {
        let parts = repository.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts.contains(""), Self.isPlain(repository) else {
            throw BerthError(
                .usage, "\"\(repository.escaped)\" is no repository",
                remedy: "name it as owner/name, such as octo/hello")
        }
        guard reference.hasPrefix("refs/"), reference.utf8.count > 5, Self.isPlain(reference) else {
            throw BerthError(
                .usage, "\"\(reference.escaped)\" is no reference",
                remedy: "name it in full, such as refs/heads/main or refs/pull/7/merge")
        }
        (self.repository, self.reference) = (repository.lowercased(), reference)
    }

    private static func isPlain(_ text: String) -> Bool {
        text.utf8.count <= 1024 && text.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value != 0x7F }
    }

    package var description: String { "\(repository) \(reference)" }

    /// By bytes, as git tells references apart; Swift's `==` takes different spellings of an accent for one.
    func isSame(as other: Scope) -> Bool {
        repository.utf8.elementsEqual(other.repository.utf8) && reference.utf8.elementsEqual(other.reference.utf8)
    }
}

/// Where a job may look for entries and where it may put them, with GitHub's rules.
package struct ScopeAccess: Sendable, Hashable {
    /// The job's own scope: the only one that it writes to.
    package let own: Scope
    /// After its own: the base of a pull request, then the default branch.
    package let others: [Scope]
    /// Whether it may save: no for triggers that strangers can set off.
    package let maySave: Bool

    package init(own: Scope, others: [Scope] = [], maySave: Bool = true) {
        self.own = own
        self.others = others.filter { $0 != own && $0.repository == own.repository }
        self.maySave = maySave
    }

    /// In the order of looking.
    package var readable: [Scope] { [own] + others }
}
