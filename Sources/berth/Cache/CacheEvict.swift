internal import ArgumentParser
internal import BerthArchive
internal import BerthCache
internal import BerthReport
internal import BerthStore
internal import BerthSystem
internal import SystemPackage

struct CacheEvict: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evict", abstract: "Remove entries by the policy, or those named, and free what only they kept.",
        discussion: """
            Without options nothing goes while all is within the limits of the policy. Pinned entries and those that \
            somebody uses stay in any case.
            """)

    @Option(help: "Evict until all entries together take no more than this, such as 5GB.")
    var to: String?

    @Option(name: .customLong("key"), help: "Remove the entries with this key, in every scope. Repeatable.")
    var keys: [String] = []

    @Flag(help: "Show what would go, with a reason for each, and remove nothing.")
    var dryRun = false

    @OptionGroup var policy: PolicyOptions
    @OptionGroup var common: CommonOptions

    func validate() throws {
        if to != nil && !keys.isEmpty { throw ValidationError("give --to or --key, not both") }
    }

    func run() async throws {
        let store = try common.openStore(create: false)
        let (policy, size) = (try policy.find(store), try to.map { try PolicyOptions.size($0, "--to") })
        let (names, dry) = (try keys.map { try CacheKey($0) }, dryRun)
        let report = try await offload {
            try Evictor(store, policy).run(to: size, keys: names, isDryRun: dry)
        }
        try common.show(report)
    }

    /// After a save: what the policy asks for goes, and a line says so.
    static func tend(_ store: Store) async {
        guard let outcome = try? await offload({ Evictor.tend(store) }) else { return }
        for note in outcome.notes + (outcome.report?.notes ?? []) { Console.note("note: \(note)\n") }
        guard let report = outcome.report, !report.entries.isEmpty else { return }
        let freed = ByteText.of(report.before - report.after)
        Console.note("note: the cache's limits made \(report.entries.count) entries go, which frees \(freed)\n")
    }
}

/// Which policy a command goes by.
struct PolicyOptions: ParsableArguments {
    @Option(
        help: "The policy (default: cache/policy.yaml in the store, else in your configuration, else the defaults).")
    var policy: String?

    func find(_ store: Store) throws -> CachePolicy { try CachePolicy.find(policy.map { FilePath($0) }, for: store) }

    /// A size as a person writes it.
    static func size(_ text: String, _ option: String) throws -> ByteCount {
        if let size = ByteCount(parsing: text) { return size }
        throw BerthError(
            .usage, "\(text.escaped) is no size for \(option)",
            remedy: "write a number with a unit, such as 20GB or 500MB")
    }
}
