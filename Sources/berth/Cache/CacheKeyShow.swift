internal import ArgumentParser
internal import BerthCache
internal import BerthRegistry
internal import BerthSystem
internal import SystemPackage

struct CacheKeyShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key", abstract: "Make the key of a checkout's dependencies, and say what went into it.")

    @Option(help: "A profile to make a key for. Repeatable (default: those whose lockfiles are there).")
    var profile: [String] = []

    @Flag(help: "Show what went into each key.")
    var explain = false

    @Option(
        parsing: .upToNextOption,
        help: "Two checkouts, lockfiles or revisions of git: show why their keys differ.")
    var diff: [String] = []

    @Option(help: "Let this cache service make the keys, by its own profiles; its token comes from $BERTH_TOKEN.")
    var url: String?

    @OptionGroup var details: ProfileOptions
    @OptionGroup var common: CommonOptions

    func validate() throws {
        if !diff.isEmpty, diff.count != 2 {
            throw ValidationError("--diff takes two checkouts, lockfiles or revisions")
        }
        guard url != nil else { return }
        if explain || !diff.isEmpty { throw ValidationError("a service makes keys, and does not take them apart") }
        if profile.isEmpty { throw ValidationError("name the service's --profile") }
    }

    func run() async throws {
        let keys = try details.keys()
        if let url { return try await ask(url, keys) }
        guard diff.isEmpty else { return try await compare(keys) }
        let made = try await keys.make(try await profiles(keys, .folder(keys.folder)))
        try common.show(CacheKeysView(made.map(\.key), isExplained: explain))
    }

    private func ask(_ url: String, _ keys: CheckoutKeys) async throws {
        let client = try ServiceClient(Address(url), token: Machine.environment("BERTH_TOKEN") ?? "")
        var made: [MadeKey] = []
        for name in profile { made.append(try await RemoteCache(client).key(name, of: keys)) }
        try common.show(MadeKeysView(made))
    }

    private func compare(_ keys: CheckoutKeys) async throws {
        let before = try await CheckoutSource(diff[0], in: keys.folder)
        let after = try await CheckoutSource(diff[1], in: keys.folder)
        let profiles = try await profiles(keys, before)
        try common.show(
            KeyDifferencesView(names: diff, try await keys.differences(profiles, before, after)))
    }

    private func profiles(_ keys: CheckoutKeys, _ source: CheckoutSource) async throws -> [CacheProfile] {
        guard profile.isEmpty else { return try profile.map { try keys.catalog.profile($0) } }
        let fitting = try await keys.fitting(source)
        guard !fitting.isEmpty else {
            throw BerthError(
                .usage, "no lockfile of a known profile is there", place: keys.folder.string,
                remedy: "run `berth cache detect`, which looks deeper, or name a --profile with a --lockfile")
        }
        return fitting
    }
}
