extension CacheStatsReport {
    package var text: String {
        var lines = head
        let tables = [
            ("repository", repositories), ("profile", profiles), ("scope", scopes), ("month", months), ("day", days),
        ]
        for (title, groups) in tables where !groups.isEmpty { lines += [""] + Self.table(title, groups) }
        return (lines + notes.map { "note: \($0)" }).joined(separator: "\n")
    }

    private var head: [String] {
        let counts = [
            (lookups.exact, "exact"), (lookups.prefix, "by prefix"), (lookups.miss, "missed"),
            (lookups.damaged, "damaged"),
        ]
        let parts = counts.map { "\($0) \($1)\(Self.share($0, lookups.all).map { " (\($0))" } ?? "")" }
        let range = since.map { " since \($0)" } ?? ""
        return [
            "lookups     \(lookups.all)\(range): \(parts.joined(separator: ", "))", "time saved  \(savedText)",
            "contents    \(contentsText)",
            "saves       \(saves.count) of \(ByteText.of(saves.bytes)), \(ByteText.of(saves.added)) of them new",
            "evictions   \(evictionText)",
            "regret      \(regretted) lookups missed what had been evicted",
        ]
    }

    private var savedText: String {
        let unknown = timeSaved.unknown > 0 ? "; \(timeSaved.unknown) more are of entries without a known cost" : ""
        return "\(DurationText.of(timeSaved.seconds)) over \(timeSaved.hits) exact hits\(unknown)\n"
            + "            (\(timeSaved.formula))"
    }

    private var contentsText: String {
        guard let ratio = contents.ratio else { return "no entries" }
        let tenths = Int64((ratio * 10).rounded())
        return "\(contents.entries) entries: \(ByteText.of(contents.logical)) of files in "
            + "\(ByteText.of(contents.physical)), a ratio of \(tenths / 10).\(tenths % 10); "
            + "each for itself would take \(ByteText.of(contents.packed))\(hotText)"
    }

    private var hotText: String {
        guard contents.hotEntries > 0 else { return "" }
        return "\n            \(contents.hotEntries) of them kept unpacked besides: \(ByteText.of(contents.hot))"
    }

    private var evictionText: String {
        guard !evictions.isEmpty else { return "none" }
        let parts = evictions.map { "\($0.count) \($0.reason)" }.joined(separator: ", ")
        let freed = evictions.reduce(Int64(0)) { $0 + $1.freed }
        return "\(evictions.reduce(0) { $0 + $1.count }), which freed \(ByteText.of(freed)): \(parts)"
    }

    private static func table(_ title: String, _ groups: [Group]) -> [String] {
        var table = Table([
            (title, .left), ("lookups", .right), ("exact", .right), ("prefix", .right), ("missed", .right),
            ("damaged", .right), ("hit rate", .right),
        ])
        for group in groups {
            let counts = group.lookups
            table.add([
                group.name, "\(counts.all)", "\(counts.exact)", "\(counts.prefix)", "\(counts.miss)",
                "\(counts.damaged)", share(counts.exact, counts.all) ?? "",
            ])
        }
        return table.lines
    }

    /// `65 %`; nil of nothing.
    private static func share(_ part: Int, _ whole: Int) -> String? {
        whole > 0 ? "\(Int((Double(part) * 100 / Double(whole)).rounded())) %" : nil
    }
}
