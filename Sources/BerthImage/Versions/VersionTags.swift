internal import BerthArchive
package import BerthReport
internal import BerthStore
internal import BerthSystem

/// Names given by hand.
extension VersionCatalog {
    /// Gives a version a further name, by hand; a version with one is never pruned.
    package func tag(_ version: Version, _ alias: String) throws {
        try Self.checkAlias(alias)
        try store.refs.set(Self.ref(version.name, alias, version.index, version.indexSize))
    }

    /// What `tag` would do.
    package func tagPlan(_ version: Version, _ alias: String) throws -> DryRunReport.Step {
        try Self.checkAlias(alias)
        let full = "\(version.name):\(alias)"
        guard let old = try store.refs.find(full)?.digest else {
            return .change("name \(version.reference) \(full)", because: "there is no such name yet")
        }
        guard old != version.index else { return .stay("leave \(full)", because: "it is \(version.reference) already") }
        let known = try all().last { $0.name == version.name && $0.index == old }
        return .change(
            "name \(version.reference) \(full)", because: "that is \(known?.reference ?? "\(old)") so far")
    }

    /// Takes a hand-made name away; false when there was none.
    package func untag(_ name: String, _ alias: String) throws -> Bool {
        try Self.checkAlias(alias)
        return try store.refs.remove("\(name):\(alias)")
    }

    /// What `untag` would do; nil where there is no such name.
    package func untagPlan(_ version: Version, _ alias: String) throws -> DryRunReport.Step? {
        try Self.checkAlias(alias)
        let full = "\(version.name):\(alias)"
        guard let old = try store.refs.find(full)?.digest else { return nil }
        let known = try all().last { $0.name == version.name && $0.index == old }
        return .change(
            "take the name \(full) away", because: "\(known?.reference ?? "\(old)") was given it by hand")
    }

    /// `latest`, `nightly` and calendar tags have owners.
    private static func checkAlias(_ alias: String) throws {
        let isCalendar = alias.wholeMatch(of: #/\d{4}\.\d{2}\.\d{2}(?:\.\d+)?/#) != nil
        guard !isCalendar, !["latest", "nightly"].contains(alias) else {
            throw BerthError(
                .usage, "\(alias) is a tag that Berth gives itself",
                remedy: alias == "latest" ? "berth image rollback NAME --to TAG moves latest" : "choose another name")
        }
        guard alias.utf8.count <= 128, alias.wholeMatch(of: #/[A-Za-z0-9]+(?:[._-][A-Za-z0-9]+)*/#) != nil else {
            throw BerthError(
                .usage, "\"\(alias.escaped)\" cannot be a tag",
                remedy: "use letters and digits, joined by one of - . _")
        }
    }
}
