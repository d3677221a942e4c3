internal import ArgumentParser
internal import BerthCache
internal import BerthSystem

struct CachePush: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "push",
        abstract: "Push entries to a registry that others share; packs that are there are not sent again.")

    @Argument(help: "Keys of the job's own scope.")
    var keys: [String] = []

    @Flag(help: "Push all entries of the store, of every scope.")
    var all = false

    @Option(help: "The repository: host/name (default: $BERTH_CACHE_REMOTE, else cache: remote: in berth.yaml).")
    var to: String?

    @OptionGroup var scope: ScopeOptions
    @OptionGroup var registry: TierOptions
    @OptionGroup var common: CommonOptions

    func validate() throws {
        if keys.isEmpty != all { throw ValidationError("name keys, or --all") }
    }

    func run() async throws {
        let mode = try scope.mode()
        guard mode.maySave else { return Console.note(mode.note("pushed")) }
        let store = try common.openStore(create: false)
        let tier = try registry.tier(store, to, common.sink())
        let entries = try chosen(from: EntryCatalog(store).list())
        var pushed: [PushedEntry] = []
        for entry in entries { pushed.append(try await tier.push(entry)) }
        try common.show(CachePushView(pushed, to: "\(tier.repository)"))
        let taken = pushed.filter { if case .taken = $0.fate { true } else { false } }
        guard taken.isEmpty else { throw conflict(taken, "\(tier.repository)") }
    }

    /// The entries that were named, the oldest first, so that the list on the registry ends with the newest.
    private func chosen(from entries: [CacheEntry]) throws -> [CacheEntry] {
        let sorted = entries.sorted { ($0.created, $0.key.text) < ($1.created, $1.key.text) }
        if all { return sorted }
        let own = try scope.access().own
        return try keys.flatMap { text in
            let key = try CacheKey(text)
            let found = sorted.filter { $0.scope == own && $0.key.text.utf8.elementsEqual(key.text.utf8) }
            guard found.isEmpty else { return found }
            throw BerthError(
                .failed, "no entry of this scope has the key \(text.escaped)", place: "\(own)".escaped,
                done: "nothing was pushed", remedy: "see which there are: berth cache list")
        }
    }

    private func conflict(_ taken: [PushedEntry], _ repository: String) -> BerthError {
        BerthError(
            .failed, "other content is there under \(taken.map { $0.entry.key.text.escaped }.joined(separator: ", "))",
            place: repository, done: "it was left as it is, and all other entries are there",
            remedy: "put into the key what makes the contents differ")
    }
}
