internal import ArgumentParser
internal import BerthStore
internal import BerthSystem
internal import SystemPackage

struct StoreCheck: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Look for damage: sizes, digests, missing blobs, names that lead nowhere.")

    @Flag(help: "Read and hash every blob, not only look at sizes.")
    var readData = false

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let store = try common.openStore(create: false)
        let report = try await store.check(readData: readData ? .all : .none, progress: common.sink())
        try common.show(StoreCheckView(report))
        guard report.isClean else {
            throw BerthError(
                .damaged, "the store has \(report.problems.count) problems", place: store.root.string,
                done: "nothing was changed", remedy: "run berth store repair")
        }
    }
}
