internal import BerthArchive
package import BerthReport
package import BerthStore
internal import BerthSystem

/// Adds the log and the entries up to what `berth cache stats` shows.
package struct CacheStatistics: Sendable {
    /// Days shown one by one.
    private static let days: Int64 = 14
    let store: Store

    package init(_ store: Store) { self.store = store }

    /// Figures since a moment (seconds since 1970; 0 for all), of one repository where it is named.
    package func report(
        since: Int64 = 0, repository: String? = nil, now: Int64 = Machine.now
    ) throws -> CacheStatsReport {
        var report = CacheStatsReport()
        report.since = since > 0 ? TimeText.of(since) : nil
        report.repository = repository
        addContents(&report, repository)
        let figures: LogFigures
        do { figures = try store.cacheLog.figures(since: since, repository: repository) } catch let error as BerthError
            where error.status == .damaged
        {
            report.notes.append("the history is damaged, so nothing is counted: run `berth store repair`")
            return report
        }
        Self.add(figures, to: &report)
        let first = max(since, (now / 86_400 - Self.days + 1) * 86_400)
        report.days = Self.days(try store.cacheLog.days(since: first, repository: repository))
        return report
    }

    private func addContents(_ report: inout CacheStatsReport, _ repository: String?) {
        let ids = (try? store.entries.readable()) ?? []
        let entries = ids.compactMap { try? CacheEntry($0) }.filter {
            repository == nil || $0.scope.repository == repository
        }
        let inventory = entries.map { EntryBlobs($0, in: store) }
        report.contents.entries = entries.count
        report.contents.logical = entries.reduce(0) { $0 + $1.size.value }
        report.contents.packed = inventory.reduce(0) { $0 + $1.blobs.reduce(0) { $0 + $1.size } }
        let manifests = Set(entries.map(\.manifest))
        let hot = HotFolder(store).list().filter { manifests.contains($0.manifest) }
        (report.contents.hotEntries, report.contents.hot) = (hot.count, hot.bytes.value)
        report.contents.physical = Set(inventory.flatMap(\.blobs)).reduce(0) { $0 + $1.size }
    }

    private static func add(_ figures: LogFigures, to report: inout CacheStatsReport) {
        report.lookups = counts(figures.sums)
        report.repositories = groups(figures.sums) { $0.repository.escaped }
        report.profiles = groups(figures.sums) { $0.profile.isEmpty ? "(none named)" : $0.profile.escaped }
        report.scopes = groups(figures.sums) { $0.kind }
        report.months = groups(figures.sums) { "\($0.month / 100)-\($0.month % 100 < 10 ? "0" : "")\($0.month % 100)" }
        report.saves.count = figures.saves
        (report.saves.bytes, report.saves.added) = (figures.savedBytes, figures.addedBytes)
        report.timeSaved.hits = figures.sums.reduce(0) { $0 + $1.timed }
        report.timeSaved.seconds = figures.sums.reduce(0) { $0 + $1.saved }
        report.timeSaved.unknown = report.lookups.exact - report.timeSaved.hits
        report.evictions = figures.evictions.map { .init(reason: $0.reason, count: $0.count, freed: $0.freed) }
        report.regretted = figures.regretted
    }

    private static func groups(
        _ sums: [LookupSum], by name: (LookupSum) -> String
    ) -> [CacheStatsReport.Group] {
        Dictionary(grouping: sums, by: name).map { .init(name: $0.key, lookups: counts($0.value)) }
            .sorted { $0.name < $1.name }
    }

    private static func counts(_ sums: [LookupSum]) -> CacheStatsReport.Counts {
        sums.reduce(into: CacheStatsReport.Counts()) { add($1.count, of: $1.outcome, to: &$0) }
    }

    private static func days(_ days: [LookupDay]) -> [CacheStatsReport.Group] {
        Dictionary(grouping: days, by: \.day).sorted { $0.key < $1.key }.map { day, rows in
            .init(
                name: String(TimeText.of(day).prefix(10)),
                lookups: rows.reduce(into: CacheStatsReport.Counts()) { add($1.count, of: $1.outcome, to: &$0) })
        }
    }

    private static func add(_ count: Int, of outcome: LookupOutcome, to counts: inout CacheStatsReport.Counts) {
        switch outcome {
        case .exact: counts.exact += count
        case .prefix: counts.prefix += count
        case .miss: counts.miss += count
        case .damaged: counts.damaged += count
        }
    }
}
