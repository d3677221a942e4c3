internal import ArgumentParser
internal import BerthCache
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
        try await packAnew(store)
        try await trimHot(store)
        let report = try await offload { [policy] in try store.collect(policy) }
        try common.show(StoreCollectionView(report))
    }

    /// What is kept unpacked of entries that are gone, or above the limits, goes.
    private func trimHot(_ store: Store) async throws {
        guard !dryRun else { return }
        let policy = (try? CachePolicy.find(for: store)) ?? CachePolicy()
        let dropped = try await offload { try HotUpkeep(store, policy).run() }
        guard !dropped.isEmpty, !common.quiet else { return }
        Console.note("note: \(dropped.count) entries of \(dropped.bytes) are not kept unpacked any more\n")
    }

    /// Packs that are mostly dead give their live part to smaller ones; what they took is free with a later collection.
    private func packAnew(_ store: Store) async throws {
        do {
            let outcome = try await offload { [dryRun] in try PackUpkeep(store).run(isDryRun: dryRun) }
            guard outcome.packs > 0, !common.quiet else { return }
            let verb = dryRun ? "would be packed" : "were packed"
            Console.note(
                "note: \(outcome.packs) packs of caches, of which little is needed, \(verb) anew for \(outcome.entries) "
                    + "entries; \(outcome.dead) in them are needed by none\n")
        } catch let error as BerthError where error.status == .noSpace {
            Console.note("note: no room to pack caches anew: \(error.what)\n")
        }
    }
}
