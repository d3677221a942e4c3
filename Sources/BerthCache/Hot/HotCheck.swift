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
        let isKept = quarantine(source, member)
        throw BerthError(
            .damaged, "a file of an entry that is kept unpacked is damaged", place: source.path.string.escaped,
            done: "\(isKept ? "it was moved to the trash, and " : "")the unpacked entry is dropped",
            remedy: "nothing is to be done: the packs have the content")
    }

    /// Moves a file to the store's trash; a subvolume's files cannot be renamed out of it, so these share their blocks.
    private func quarantine(_ source: OpenFile, _ member: Int) -> Bool {
        let trash = hot.home.store.root.appending("trash")
        let name = "hot-\(member).damaged-\(UniqueNumber.text)"
        if (try? Files.rename(source.path, to: trash.appending(name))) != nil { return true }
        guard let name = Folder.Name(name), let folder = try? Folder(trash) else { return false }
        return (try? folder.clone(name, of: source)) != nil
    }

    private func isRight(
        _ source: OpenFile, _ facts: EntryFacts, _ member: Int, _ file: TreeManifest.File
    ) throws -> Bool {
        guard facts.kind == .file, facts.size == manifest.size(of: file) else {
            return false
        }
        return try ContentCheck.isSame(source, file, manifest)
    }
}
