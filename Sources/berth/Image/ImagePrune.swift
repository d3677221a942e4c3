internal import ArgumentParser
internal import BerthArchive
internal import BerthEngine
internal import BerthImage
internal import BerthReport
internal import BerthSystem
internal import SystemPackage

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

    @Option(help: "Ask before more than so much goes, such as 500MB (default: 1 GiB).")
    var askAbove: String?

    @Flag(name: .shortAndLong, help: "Do not ask, however much goes.")
    var yes = false

    @OptionGroup var dry: DryRunOptions
    @OptionGroup var engine: EngineOptions
    @OptionGroup var common: CommonOptions

    func run() async throws {
        let store = try common.openStore(create: false)
        let pruner = Pruner(
            store: store, engine: try await reachable(), policy: try policy(), grace: Int64(max(0, grace)))
        if !dry.isAsked && yes { return try common.show(try await pruner.run(name, isDryRun: false)) }
        let plan = try await pruner.run(name, isDryRun: true)
        if dry.isAsked {
            try common.show(plan)
            return try dry.end(changes: plan.changesAnything)
        }
        try confirm(plan)
        try common.show(try await pruner.run(name, isDryRun: false))
    }

    /// Asks before much goes; where nobody can be asked, only `--yes` will do.
    private func confirm(_ plan: PruneReport) throws {
        guard try plan.freed > (Self.size(askAbove) ?? Pruner.muchToFree) else { return }
        let amount = "\(ByteText.of(plan.freed)) and \(plan.versions.count(where: \.isRemoved)) versions"
        guard Machine.isTerminal(.standardInput) && Machine.isTerminal(.standardError) else {
            throw BerthError(
                .usage, "\(amount) would go, and nobody is here to be asked", done: "nothing was removed",
                remedy: "look at it with --dry-run, then give --yes")
        }
        Console.note("\(amount) go. Go on? [y/N] ")
        guard ["y", "yes"].contains(readLine()?.lowercased()) else {
            throw BerthError(.failed, "stopped", done: "nothing was removed")
        }
    }

    private func policy() throws -> RetentionPolicy {
        var policy = try UserConfiguration.read().retention ?? RetentionPolicy()
        policy.keep = try Self.number(keep, "--keep", in: RetentionPolicy.keeps) ?? policy.keep
        policy.days = try Self.number(days, "--days", in: RetentionPolicy.ages) ?? policy.days
        policy.budget = try Self.size(budget).map { ByteCount($0) } ?? policy.budget
        return policy
    }

    /// Bytes of a size as people write it.
    private static func size(_ text: String?) throws -> Int64? {
        guard let text else { return nil }
        if let bytes = ByteCount(parsing: text) { return bytes.value }
        throw BerthError(
            .usage, "\(text.escaped) is no size", done: "nothing was removed",
            remedy: "write a number with a unit, such as 20GB or 500MB")
    }

    private static func number(_ value: Int?, _ option: String, in range: ClosedRange<Int>) throws -> Int? {
        guard let value else { return nil }
        guard range.contains(value) else {
            throw BerthError(
                .usage, "\(option) \(value) makes no sense", done: "nothing was removed",
                remedy: "give a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    /// The engine; one that was named must answer.
    private func reachable() async throws -> (any Engine)? {
        guard engine.engine == nil else { return try await engine.open() }
        return try? await engine.open()
    }
}
