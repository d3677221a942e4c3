internal import BerthArchive
internal import BerthStore
internal import BerthSystem
internal import SystemPackage

/// Compares the files of a hot entry with its manifest.
struct HotCheck {
    private let manifest: TreeManifest
    private let hot: HotEntry

    init(_ manifest: TreeManifest, _ hot: HotEntry) { (self.manifest, self.hot) = (manifest, hot) }

    /// Throws `.damaged` where a file has another content; it is moved to the store's trash then.
    func check(_ source: OpenFile, _ facts: EntryFacts, _ member: Int, _ file: TreeManifest.File) throws {
        guard try !isRight(source, facts, member, file) else { return }
        let trash = hot.home.store.root.appending("trash")
        try? Files.rename(source.path, to: trash.appending("hot-\(member).damaged-\(UniqueNumber.text)"))
        throw BerthError(
            .damaged, "a file of an entry that is kept unpacked is damaged", place: source.path.string.escaped,
            done: "it was moved to the trash, and the unpacked entry is dropped",
            remedy: "nothing is to be done: the packs have the content")
    }

    private func isRight(
        _ source: OpenFile, _ facts: EntryFacts, _ member: Int, _ file: TreeManifest.File
    ) throws -> Bool {
        guard facts.kind == .file, facts.size == file.chunks.reduce(0, { $0 + Int64(manifest.chunks[$1].size) }) else {
            return false
        }
        return try ContentCheck.isSame(source, file, manifest)
    }
}
