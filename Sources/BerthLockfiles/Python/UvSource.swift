internal import BerthDocument

/// Reads where a package of `uv.lock` comes from: `source = { registry = "…" }`.
struct UvSource {
    let faults: Faults

    private static let outside = ["registry", "git", "url", "path"]
    private static let folders = ["editable", "directory", "virtual"]

    /// Puts the source into an entry whose files have been read.
    func read(_ reader: MappingReader, _ entry: inout LockEntry) {
        guard let source = reader.mapping("source", required: true) else { return }
        let kinds = (Self.outside + Self.folders).filter { source.has($0) }
        guard kinds.count == 1, let kind = kinds.first, let place = source.string(kind) else {
            return reader.fault("source", "where \(entry.name) comes from is of a kind that this program does not know")
        }
        if Self.folders.contains(kind) { return folder(kind, place, &entry) }
        let more = source.others(than: [kind]).map { " \($0.key) \($0.node.canonical)" }
        entry.source = "\(kind) \(place)" + more.sorted().joined()
        check(kind, place, reader, entry)
    }

    /// A virtual package is not installed, only what it wants: its version leaves no trace.
    private func folder(_ kind: String, _ path: String, _ entry: inout LockEntry) {
        if kind == "virtual" { entry.version = "" }
        entry.isFolder(kind, path)
    }

    private func check(_ kind: String, _ place: String, _ reader: MappingReader, _ entry: LockEntry) {
        switch kind {
        case "registry":
            if entry.version.isEmpty { reader.fault("name", "\(entry.name) has no version; \(LockDraft.remedy)") }
        case "git":
            let commit = place.lastIndex(of: "#").map { place[place.index(after: $0)...] } ?? ""
            if !SourceText.isCommit(commit) {
                reader.fault("source", "\(entry.name) comes from git without a commit; \(LockDraft.remedy)")
            }
        default: entry.requireHash(faults)
        }
    }
}
