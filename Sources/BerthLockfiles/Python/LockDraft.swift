internal import BerthDocument

/// What has been read of a lockfile so far; `result` checks all texts and tells the packages apart.
final class LockDraft {
    /// The subject of facts about the whole lockfile.
    static let whole = "the lockfile"

    let faults = Faults()
    private var entries: [LockEntry] = []
    private var facts: Set<ShapeFact> = []

    func add(_ entry: LockEntry) { entries.append(entry) }

    /// Notes what a value says of the whole lockfile.
    func note(_ aspect: String, _ node: DocumentNode) {
        node.leaves(aspect) { self.note($0, $1, at: node.place) }
    }

    func note(_ aspect: String, _ value: String, at place: DocumentPlace) {
        insert(LockDraft.whole, aspect, value, at: place)
    }

    /// The finished value; throws `DocumentFaults` with all that was wrong.
    func result(_ format: LockfileFormat) throws(DocumentFaults) -> LockedDependencies {
        var packages: Set<ExternalPackage> = []
        for group in Dictionary(grouping: entries, by: \.subject).values {
            let ways = Set(group.map(\.package))
            for entry in group {
                let package = entry.package
                for text in [package.name, package.version, package.source] + package.integrity {
                    check(text, at: entry.place)
                }
                if entry.isExternal { packages.insert(package) }
                let subject = entry.subject + (ways.count > 1 ? mark(of: package, among: ways) : "")
                for fact in entry.facts { insert(subject, fact.aspect, fact.value, at: entry.place) }
            }
        }
        try faults.check()
        return LockedDependencies(format: format, packages: packages, shape: facts)
    }

    /// What tells a package from others of its name and version: where it comes from, else its hashes too.
    private func mark(of package: ExternalPackage, among ways: Set<ExternalPackage>) -> String {
        let isAlone = ways.count { $0.source == package.source } == 1
        return " from " + ([package.source] + (isAlone ? [] : package.integrity)).joined(separator: " ")
    }

    private func insert(_ subject: String, _ aspect: String, _ value: String, at place: DocumentPlace) {
        check(subject, at: place)
        check(aspect, at: place)
        check(value, at: place)
        facts.insert(ShapeFact(subject, aspect, SourceText.withoutCredentials(value)))
    }

    /// No field may hold a line feed: whoever hashes the fields separates them by it.
    private func check(_ text: String, at place: DocumentPlace) {
        guard text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else { return }
        faults.add("a text here holds a line end or another control character; \(LockDraft.remedy)", at: place)
    }

    /// What to do about a lockfile that no tool writes like this.
    static let remedy = "write the lockfile anew with its own tool"
}
