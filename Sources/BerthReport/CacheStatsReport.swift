/// What the cache did and holds: counts of lookups, bytes, time saved, evictions.
package struct CacheStatsReport: Report {
    /// Lookups by what came of them.
    package struct Counts: Encodable, Sendable, Equatable {
        package var exact = 0
        package var prefix = 0
        package var miss = 0
        package var damaged = 0

        package init() {}

        package var all: Int { exact + prefix + miss + damaged }

        package static func + (left: Counts, right: Counts) -> Counts {
            var sum = left
            sum.exact += right.exact
            sum.prefix += right.prefix
            sum.miss += right.miss
            sum.damaged += right.damaged
            return sum
        }
    }

    /// Counts of one profile, repository, kind of scope, month or day.
    package struct Group: Encodable, Sendable, Equatable {
        package var name: String
        package var lookups: Counts

        package init(name: String, lookups: Counts) { (self.name, self.lookups) = (name, lookups) }
    }

    /// Bytes of all entries: of their files, of their packs each for itself, and as they lie in the store.
    package struct Contents: Encodable, Sendable {
        package var entries = 0
        package var logical: Int64 = 0
        package var packed: Int64 = 0
        package var physical: Int64 = 0
        /// Entries that are kept unpacked besides, and the bytes of their files.
        package var hotEntries = 0
        package var hot: Int64 = 0
        /// Logical by physical; nil for an empty cache.
        package var ratio: Double? { physical > 0 ? Double(logical) / Double(physical) : nil }

        package init() {}

        private enum CodingKeys: String, CodingKey { case entries, logical, packed, physical, hotEntries, hot, ratio }

        package func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(entries, forKey: .entries)
            try container.encode(logical, forKey: .logical)
            try container.encode(packed, forKey: .packed)
            try container.encode(physical, forKey: .physical)
            try container.encode(hotEntries, forKey: .hotEntries)
            try container.encode(hot, forKey: .hot)
            try container.encodeIfPresent(ratio, forKey: .ratio)
        }
    }

    package struct Saves: Encodable, Sendable {
        package var count = 0
        package var bytes: Int64 = 0
        /// What they added to the store.
        package var added: Int64 = 0

        package init() {}
    }

    package struct TimeSaved: Encodable, Sendable {
        package var seconds = 0.0
        /// Exact hits that count in it.
        package var hits = 0
        /// Exact hits of entries whose cost nobody knows.
        package var unknown = 0
        package var formula = CacheStatsReport.formula

        package init() {}
    }

    /// Evictions of one reason.
    package struct Evictions: Encodable, Sendable, Equatable {
        package var reason: String
        package var count: Int
        package var freed: Int64

        package init(reason: String, count: Int, freed: Int64) {
            (self.reason, self.count, self.freed) = (reason, count, freed)
        }
    }

    package static let formula =
        "seconds that making took, less seconds that restoring took, over exact hits of entries with a known cost"

    package var schema = "berth.cache-stats/1"
    /// RFC 3339; nil for all that is known.
    package var since: String?
    package var repository: String?
    package var lookups = Counts()
    package var repositories: [Group] = []
    package var profiles: [Group] = []
    package var scopes: [Group] = []
    package var months: [Group] = []
    /// The last days of the log.
    package var days: [Group] = []
    package var contents = Contents()
    package var saves = Saves()
    package var timeSaved = TimeSaved()
    package var evictions: [Evictions] = []
    /// Lookups that missed a key of which an entry had been evicted.
    package var regretted = 0
    package var notes: [String] = []

    package init() {}

    package var identifiers: [String] { [] }
}
