internal import ArgumentParser
internal import BerthCache
internal import BerthImage
internal import BerthRegistry
internal import BerthReport
internal import BerthStore
internal import BerthSystem

/// The registry that shares cache entries, as `$BERTH_CACHE_REMOTE` or the user's berth.yaml name it.
enum SharedTier {
    /// What is configured; nil where nothing is, or where the variable is there and empty.
    static func settings() throws -> TierSettings? {
        let named = Machine.variables["BERTH_CACHE_REMOTE"]
        if let named, named.isEmpty { return nil }
        let configured = try UserConfiguration.read().cacheRemote
        guard let repository = try named.map(repository) ?? configured?.repository else { return nil }
        var settings = TierSettings(repository: repository)
        guard let configured else { return settings }
        settings.isInsecure = configured.isInsecure && configured.repository.host == repository.host
        (settings.reads, settings.writes) = (configured.reads, configured.writes)
        settings.lookup = configured.lookup.map { .seconds($0) } ?? settings.lookup
        settings.receive = configured.receive.map { .seconds($0) } ?? settings.receive
        settings.send = configured.send.map { .seconds($0) } ?? settings.send
        return settings
    }

    /// A repository as a person writes it; entries have tags of their own.
    static func repository(_ text: String) throws -> Repository {
        let reference = try Reference(text)
        guard reference.tag == nil, reference.digest == nil else {
            throw BerthError(
                .usage, "cache entries have tags of their own", place: text.escaped,
                remedy: "name the repository only: host/name")
        }
        return reference.repository
    }

    /// Does what a job has not asked for, where a tier is configured; whatever goes wrong is a note.
    static func prepare(
        _ store: Store, _ common: CommonOptions, _ work: (RemoteTier) async -> [String]
    ) async {
        do {
            guard let settings = try settings() else { return }
            let tier = RemoteTier(store, settings, RegistryAccess())
            for note in await work(tier) { Console.note("note: \(note)\n") }
        } catch {
            Console.note("note: the shared cache is not used: \((error as? BerthError)?.what ?? "\(error)")\n")
        }
    }
}

/// Which registry a command pushes to or pulls from.
struct TierOptions: ParsableArguments {
    @Option(help: "A registry's host that is spoken to over plain http; may be repeated. This machine always is.")
    var insecure: [String] = []

    func tier(_ store: Store, _ repository: String?, _ progress: any ProgressSink) throws -> RemoteTier {
        let configured = try SharedTier.settings()
        guard let target = try repository.map(SharedTier.repository) ?? configured?.repository else {
            throw BerthError(
                .usage, "nothing says which registry shares the cache",
                place: "no repository, no BERTH_CACHE_REMOTE, no cache: remote: in \(UserConfiguration.path)",
                remedy: "name it as host/name, or write it into that file")
        }
        var settings = TierSettings(repository: target)
        settings.isInsecure = configured?.repository.host == target.host && configured?.isInsecure == true
        var access = RegistryAccess(progress: progress)
        access.insecure = Set(try insecure.map { try RegistryHost($0) })
        return RemoteTier(store, settings, access)
    }
}
