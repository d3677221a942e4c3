internal import ArgumentParser
internal import BerthArchive
internal import BerthEngine
internal import BerthImage
internal import BerthReport
internal import BerthSystem

struct ImagePrune: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prune",
        abstract: "Remove the versions that no rule keeps, from store and engine, and what only they needed.",
        discussion: """
            A version stays while it is among the newest, or young, or has a tag beside its calendar tag, or was \
            latest before, or a container of the engine uses it. Numbers not given here come from retention in your \
            berth.yaml.
            """)

    @Argument(help: "The image (default: all).")
    var name: String?

    @Option(help: "So many newest versions of each image stay (default: 3).")
    var keep: Int?

    @Option(help: "Versions younger than so many days stay (default: 7).")
    var days: Int?

    @Option(help: "Bytes that the store may take, such as 20GB: fragments go by least recent use.")
    var budget: String?

    @Option(help: "Seconds that unused content stays after it was added.")
    var grace = 3600

    @Flag(help: "Show what would go, with a reason for each, and remove nothing.")
    var dryRun = false

    @OptionGroup var engine: EngineOptions
    @OptionGroup var common: CommonOptions

    func run() async throws {
        let store = try common.openStore(create: false)
        let pruner = Pruner(
            store: store, engine: try await reachable(), policy: try policy(), grace: Int64(max(0, grace)))
        try common.show(try await pruner.run(name, isDryRun: dryRun))
    }

    private func policy() throws -> RetentionPolicy {
        var policy = try UserConfiguration.read().retention ?? RetentionPolicy()
        policy.keep = max(0, keep ?? policy.keep)
        policy.days = max(0, days ?? policy.days)
        guard let budget else { return policy }
        guard let bytes = ByteCount(parsing: budget) else {
            throw BerthError(
                .usage, "\(budget.escaped) is no size", remedy: "write a number with a unit, such as 20GB or 500MB")
        }
        policy.budget = bytes
        return policy
    }

    /// The engine; one that was named must answer.
    private func reachable() async throws -> (any Engine)? {
        guard engine.engine == nil else { return try await engine.open() }
        return try? await engine.open()
    }
}
