internal import BerthSystem
internal import SystemPackage

/// A user and a group that restored trees belong to: those of a job whose caches another process restores.
package struct TreeOwner: Sendable, Hashable {
    package let user: UInt32
    package let group: UInt32

    /// Reads `1001:1001`; throws `.usage` for anything else, and where this user may not give files away.
    package init(_ text: String) throws {
        let numbers = text.split(separator: ":", omittingEmptySubsequences: false).map { UInt32($0) }
        guard numbers.count == 2, let user = numbers[0], let group = numbers[1] else {
            throw BerthError(
                .usage, "\(text.escaped) is no owner", done: "nothing was changed",
                remedy: "write two numbers, USER:GROUP, such as 1001:1001")
        }
        guard Machine.userIdentifier == 0 else {
            throw BerthError(
                .usage, "only root may give files to another user", done: "nothing was changed",
                remedy: "leave --owner out, or restore inside of the job")
        }
        (self.user, self.group) = (user, group)
    }

    /// Gives away what lies under a name, links themselves and not what they lead to.
    ///
    /// Blocks. A file's permissions stay, but for those that run it as its owner, which no entry has.
    func take(_ name: Folder.Name, in folder: Folder) throws {
        if let facts = try folder.facts(name) { try take(name, facts, in: folder) }
    }

    /// From the inside out: whoever owns a folder may change it.
    private func take(_ name: Folder.Name, _ facts: EntryFacts, in folder: Folder) throws {
        if facts.kind == .folder {
            let inner = try folder.folder(name)
            for child in try inner.names() {
                if let facts = try inner.facts(child) { try take(child, facts, in: inner) }
            }
        }
        // Giving it to whom it belongs would change the time of its last change, and its content were unknown again.
        if (facts.owner, facts.group) != (user, group) { try folder.setOwner(user, group, of: name) }
    }
}
