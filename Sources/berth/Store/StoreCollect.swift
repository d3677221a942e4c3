internal import ArgumentParser
internal import BerthStore
internal import BerthSystem

struct StoreCollect: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gc", abstract: "Delete what no version, lock or running process needs.")

    @Flag(help: "Show what would go, with a reason for each, and delete nothing.")
    var dryRun = false

    @Option(help: "Seconds that unused content stays after it was added.")
    var grace = 3600

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let store = try common.openStore(create: false)
        var policy = CollectionPolicy()
        policy.isDryRun = dryRun
        policy.grace = Int64(max(0, grace))
        let report = try await offload { [policy] in try store.collect(policy) }
        try common.show(StoreCollectionView(report))
    }
}
