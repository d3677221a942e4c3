internal import ArgumentParser
internal import BerthCache
internal import BerthReport
internal import BerthSystem

struct CacheVerify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Read entries whole and compare every part with its digest; ends with 12 for damage.")

    @Argument(help: "The keys (default: every entry).")
    var keys: [String] = []

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let store = try common.openStore(create: false)
        let wanted = try keys.map { try CacheKey($0) }
        let entries = try await offload {
            let all = try EntryCatalog(store).list().sorted { ($0.key.text, $0.created) < ($1.key.text, $1.created) }
            return wanted.isEmpty ? all : all.filter { entry in wanted.contains(entry.key) }
        }
        if let missing = wanted.first(where: { key in !entries.contains { $0.key == key } }) {
            throw BerthError(
                .missed, "no entry has the key \(missing.text.escaped)", remedy: "berth cache list shows all of them")
        }
        let report = try await EntryVerifier(store).verify(entries)
        try common.show(report)
        guard report.damaged > 0 else { return }
        throw BerthError(
            .damaged, "\(report.damaged) of \(report.entries.count) entries are damaged",
            remedy: "the next save under their keys stores them anew; `berth store repair` clears the rest away")
    }
}
