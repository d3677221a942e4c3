internal import ArgumentParser
internal import BerthCache
internal import BerthRegistry
internal import BerthStore
internal import BerthSystem

/// How a command reaches the cache: the store here, or a service.
struct TransportOptions: ParsableArguments {
    @Option(help: "The cache service (default: $BERTH_URL, else the store here); its token comes from $BERTH_TOKEN.")
    var url: String?

    private var address: String? { url ?? Machine.environment("BERTH_URL") }
    var isRemote: Bool { address != nil }

    /// Whether a job goes on after an error as without an entry: what is damaged, and a service in trouble, are a miss.
    func isMiss(_ error: BerthError) -> Bool {
        error.status == .damaged || isRemote && [.temporary, .missed, .noSpace].contains(error.status)
    }

    /// The service where one is named, else the store.
    ///
    /// The token says what a job may see: scope options beside a service are a mistake.
    func open(
        _ scope: ScopeOptions, _ common: CommonOptions, create: Bool = true
    ) throws -> any CacheTransport {
        guard let address else {
            let store = try common.openStore(create: create).keepingHistory()
            return LocalTransport(LocalCache(store), try scope.access()) { await CacheEvict.tend(store) }
        }
        guard scope.repository == nil, scope.ref == nil, scope.base == nil else {
            throw BerthError(
                .usage, "the scope of a job that uses a service comes from its token",
                remedy: "leave --repository, --ref and --base out, or unset BERTH_URL")
        }
        return RemoteCache(try ServiceClient(Address(address), token: Machine.environment("BERTH_TOKEN") ?? ""))
    }
}
