internal import BerthArchive
internal import BerthCache
package import BerthStore
internal import BerthSystem

/// What the service does, without HTTP: each call is made for one job.
package struct CacheService: Sendable {
    let store: Store
    let settings: ServeSettings
    let keys: (any KeyMaking)?
    let explainer: any MissExplaining
    private let cache: LocalCache
    private let catalog: EntryCatalog
    private let tokens: TokenFolder
    private let ledger: SpaceLedger

    package init(
        _ store: Store, settings: ServeSettings = ServeSettings(), keys: (any KeyMaking)? = nil,
        explainer: (any MissExplaining)? = nil
    ) {
        (self.store, self.settings, self.keys) = (store, settings, keys)
        (cache, catalog, tokens) = (LocalCache(store), EntryCatalog(store), TokenFolder(store))
        self.explainer = explainer ?? CatalogExplainer(EntryCatalog(store))
        ledger = SpaceLedger(store.root, keepFree: settings.keepFree)
    }

    /// What the bearer of a token may do; throws `ServeFault.noToken` for everybody else.
    func grant(_ authorization: String?) throws -> JobGrant {
        let parts = (authorization ?? "").split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer", let grant = tokens.find(String(parts[1])) else {
            throw ServeFault.noToken
        }
        return grant
    }

    func find(_ fields: FormFields, _ grant: JobGrant) throws -> LookupAnswer {
        let match = try catalog.find(
            CacheKey(fields.required("key")), restoreKeys: try Self.restoreKeys(fields), version: fields.version(),
            in: grant.access())
        return LookupAnswer(match.map { FoundEntry(EntrySummary($0.entry), isExact: $0.isExact) })
    }

    func explain(_ fields: FormFields, _ grant: JobGrant) throws -> [MissReason] {
        try explainer.explain(
            CacheKey(fields.required("key")), restoreKeys: Self.restoreKeys(fields), version: fields.version(),
            in: grant.access())
    }

    /// An entry as a stream.
    ///
    /// Throws `ServeFault.noEntry` for one that is not there, and for one that the job can't see: nobody learns which of
    /// the two it is.
    func open(_ id: String, _ fields: FormFields, _ grant: JobGrant) throws -> OutgoingEntry {
        guard let id = try? Digest(hex: id), let entry = try catalog.entry(id, in: grant.access()) else {
            throw ServeFault.noEntry
        }
        let marker = try fields.one("marker").map { try StreamPlace(label: "marker", place: $0) }
        do { return try OutgoingEntry(entry, from: cache, places: try fields.places(), marker: marker) } catch let error
            as BerthError where error.status == .damaged
        { throw ServeFault.lost(error) }
    }

    /// A save whose stream is still to come, and the space for it.
    func receive(_ fields: FormFields, _ grant: JobGrant) throws -> (IncomingEntry, SpaceClaim) {
        guard grant.mode == .readWrite else { throw ServeFault.readOnly }
        let cost = try fields.one("cost").map { text in
            guard let cost = Double(text), cost.isFinite, cost >= 0 else {
                throw BerthError(.usage, "cost is no number of seconds", remedy: "leave it out, or give seconds")
            }
            return cost
        }
        let terms = EntryTerms(
            key: try CacheKey(fields.required("key")), version: try fields.version(), access: try grant.access(),
            cost: cost)
        var limits = TarStreamReader.Limits()
        // The claim counts the bytes that come: a header alone promises what it likes.
        limits.contents = .max
        let claim = try SpaceClaim(ledger, limit: settings.entrySize)
        return (try IncomingEntry(terms, into: cache, places: try fields.places(), limits: limits), claim)
    }

    private static func restoreKeys(_ fields: FormFields) throws -> [CacheKey] {
        let keys = fields.all("restore-key")
        guard keys.count <= 32 else {
            throw BerthError(.usage, "there are more than 32 restore keys", remedy: "leave some out")
        }
        return try keys.map { try CacheKey($0) }
    }
}
