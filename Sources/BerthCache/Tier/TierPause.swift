internal import BerthArchive
internal import BerthRegistry
internal import BerthStore
internal import BerthSystem
internal import SystemPackage

/// A registry that could not be reached is left alone for a while, and that is said once: the steps of a job come one after
/// the other, each a process of its own, and none should wait for what the one before has found out.
struct TierPause: Sendable {
    let store: Store
    let repository: Repository

    /// Seconds for which nobody asks again.
    static let length: Int64 = 60

    private var path: FilePath {
        store.root.appending("tier").appending("pause-\(Digest.of("\(repository)").short)")
    }

    /// Whether the registry is left alone now; a pause from a later clock counts as over.
    func isOn(now: Int64) -> Bool {
        guard let text = try? Files.readText(path, limit: 64),
            let since = Int64(text.filter { !$0.isWhitespace })
        else { return false }
        return since <= now && now < since + Self.length
    }

    /// Begins a pause; a store that can't be written goes without.
    func begin(now: Int64) {
        try? Files.makeDirectory(store.root.appending("tier"))
        try? Files.writeAtomically("\(now)\n", to: path)
    }

    func end() { _ = try? Files.remove(path) }
}
