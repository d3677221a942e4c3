/// What a new lock changes against the one before, package by package.
package struct LockReport: Report {
    /// One package that came, went or moved to another version.
    package struct Change: Encodable, Sendable {
        package var platform: String
        package var package: String
        package var before: String?
        package var after: String?
        package init(platform: String, package name: String, before: String?, after: String?) {
            self.platform = platform
            package = name
            self.before = before
            self.after = after
        }
    }

    package var schema = "berth.lock-change/1"
    package var recipe: String
    package var path: String
    package var packages: Int
    package var bytes: Int64
    package var isNew: Bool
    package var changes: [Change]

    package init(recipe: String, path: String, packages: Int, bytes: Int64, isNew: Bool, changes: [Change]) {
        self.recipe = recipe
        self.path = path
        self.packages = packages
        self.bytes = bytes
        self.isNew = isNew
        self.changes = changes
    }

    package var identifiers: [String] { changes.map(\.package) }

    package var text: String {
        let total = "\(packages) files, \(ByteText.of(bytes))"
        if isNew { return "locked \(recipe): \(total)\n  \(path)" }
        guard !changes.isEmpty else { return "\(recipe): nothing changed (\(total))" }
        var table = Table([("", .left), ("package", .left), ("before", .left), ("after", .left), ("platform", .left)])
        for change in changes {
            let sign = change.before == nil ? "+" : change.after == nil ? "-" : "~"
            table.add([sign, change.package, change.before ?? "", change.after ?? "", change.platform])
        }
        let head = "\(recipe): \(changes.count) change\(changes.count == 1 ? "" : "s") (\(total))"
        return ([head] + table.lines.map { "  " + $0 }).joined(separator: "\n")
    }
}
