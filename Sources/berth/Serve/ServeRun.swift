internal import ArgumentParser
internal import BerthArchive
internal import BerthCache
internal import BerthImage
internal import BerthRegistry
internal import BerthReport
internal import BerthServer
internal import BerthStore
internal import BerthSystem
internal import SystemPackage

/// The service and its tokens.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Serve the dependency cache over HTTP to jobs that have no store.",
        subcommands: [ServeRun.self, ServeToken.self, ServeTokens.self, ServeRevoke.self],
        defaultSubcommand: ServeRun.self)
}

struct ServeRun: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Listen until a signal ends it; what `berth serve` alone does.")

    @Option(
        help:
            "Host and port; port 0 is any that is free. Plain HTTP: keep it to this machine or its jobs' network.")
    var listen = ServeAddress.standard.description

    @Option(help: "Refuse saves that would leave less on the disk.")
    var keepFree = "1GB"

    @Option(help: "The largest entry that a job may save.")
    var entryLimit = "64GB"

    @Option(help: "Connections at the same time; others wait.")
    var connections = 128

    @Option(help: "Seconds of silence after which a connection is closed.")
    var timeout = 60

    @OptionGroup var common: CommonOptions

    func validate() throws {
        if !(1...10_000).contains(connections) { throw ValidationError("--connections is a number from 1 to 10000") }
        if !(1...3600).contains(timeout) { throw ValidationError("--timeout is a number of seconds up to 3600") }
    }

    func run() async throws {
        var settings = ServeSettings()
        settings.address = try ServeAddress(listen)
        settings.keepFree = try Self.size(keepFree, "--keep-free")
        settings.entrySize = try Self.size(entryLimit, "--entry-limit")
        settings.connections = connections
        settings.silence = .seconds(timeout)
        let store = try common.openStore()
        let service = CacheService(
            store, settings: settings, keys: Self.keys(), tier: try Self.tier(store),
            tell: { Console.note("note: \($0)\n") })
        if !settings.address.isLoopback {
            let host = settings.address.host
            Console.note("note: other machines may reach \(host); tokens and caches go there unencrypted\n")
        }
        let common = common
        try await CacheServer(service).run(handlesSignals: true) { address in
            let url = "http://\(address)"
            try? common.show(
                PlainReport("listening at \(url)", [.init("url", url)], identifiers: [url]))
        }
    }

    /// By the user's profiles and the shipped ones; without any the service goes on, and says so.
    private static func keys() -> ProfileKeys? {
        do {
            let user = UserConfiguration.path.removingLastComponent().appending("cache")
            return ProfileKeys(try ProfileCatalog(checkout: nil, user: user))
        } catch {
            Console.note("note: no keys from lockfiles: \(error)\n")
            return nil
        }
    }

    /// The shared tier that is configured; a job's lookup waits for it, but not so long that the client gives up.
    private static func tier(_ store: Store) throws -> RemoteTier? {
        guard var tier = try SharedTier.settings() else { return nil }
        tier.receive = min(tier.receive, .seconds(90))
        return RemoteTier(store, tier, RegistryAccess())
    }

    private static func size(_ text: String, _ option: String) throws -> ByteCount {
        guard let size = ByteCount(parsing: text) else {
            throw ValidationError("\(option) is no size such as 20GB")
        }
        return size
    }
}
