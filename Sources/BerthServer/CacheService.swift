internal import BerthArchive
package import BerthCache
internal import BerthReport
package import BerthStore
internal import BerthSystem
internal import Synchronization

/// What the service does, without HTTP: each call is made for one job.
package struct CacheService: Sendable {
    let store: Store
    let settings: ServeSettings
    let keys: ProfileKeys?
    private let tokens: TokenFolder
    private let ledger: SpaceLedger
    private let lookups = OpenLookups()
    private let layouts = OpenLayouts()
    private let tier: RemoteTier?
    private let arrivals = TierArrivals()
    /// Told what a person should know, one line each.
    private let tell: @Sendable (String) -> Void

    /// `tier`: where entries come from that this store lacks, and where those go that jobs save.
    package init(
        _ store: Store, settings: ServeSettings = ServeSettings(), keys: ProfileKeys? = nil, tier: RemoteTier? = nil,
        tell: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        (self.store, self.settings, self.keys, tokens) = (store, settings, keys, TokenFolder(store))
        (self.tier, self.tell) = (tier, tell)
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

    func find(_ fields: FormFields, _ grant: JobGrant) async throws -> LookupAnswer {
        let (key, version) = (try CacheKey(fields.required("key")), try fields.version())
        let (access, restoreKeys) = (try grant.access(), try Self.restoreKeys(fields))
        if let tier {
            let asked = TierArrivals.Asked(key: key, restoreKeys: restoreKeys, version: version, access: access)
            for note in await arrivals.prepare(asked, from: tier) { tell(note) }
        }
        return try await offload { try find(key, restoreKeys, version, access) }
    }

    private func find(
        _ key: CacheKey, _ restoreKeys: [CacheKey], _ version: String, _ access: ScopeAccess
    ) throws -> LookupAnswer {
        let match = try EntryCatalog(store).find(key, restoreKeys: restoreKeys, version: version, in: access)
        let ticket = CacheRecorder(store).looked(for: key, version: version, in: access, found: match)
        let found = match.map { match in
            let summary = EntrySummary(match.entry)
            let lookup = ticket.map { lookups.note($0, of: summary.id, for: access.own) }
            return FoundEntry(summary, isExact: match.isExact, lookup: lookup)
        }
        return LookupAnswer(found, state: match?.entry.state)
    }

    func explain(_ fields: FormFields, _ grant: JobGrant) throws -> CacheExplanation {
        let isAny = fields.all("version").isEmpty && fields.all("path").isEmpty
        return try MissExplainer(store).explain(
            CacheKey(fields.required("key")), version: isAny ? nil : fields.version(), in: grant.access())
    }

    /// An entry as a stream, or one `part` of it.
    ///
    /// Throws `ServeFault.noEntry` for one that is not there, and for one that the job can't see: nobody learns which of
    /// the two it is. For a part also where the entry is another one than the lookup found: parts of two fit badly.
    func open(_ id: Digest, _ fields: FormFields, _ grant: JobGrant) throws -> OutgoingEntry {
        guard let entry = EntryCatalog(store).entry(id, in: try grant.access()) else {
            throw ServeFault.noEntry
        }
        let marker = try fields.one("marker").map { try StreamPlace(label: "marker", place: $0) }
        let (places, part) = (try fields.places(), try StreamPart(try fields.one("part")))
        if part.isPart, try fields.required("state") != entry.state.hex { throw ServeFault.noEntry }
        let lookup = try StreamLookup(fields, id, grant)
        lookup.name.map(lookups.begin)
        do {
            return try OutgoingEntry(
                entry, part, of: layouts, from: LocalCache(store), places: places, marker: marker)
        } catch let error as BerthError where error.status == .damaged {
            sent(lookup, with: error)
            throw ServeFault.lost(error)
        }
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
        let incoming = try IncomingEntry(
            terms, into: LocalCache(store), places: try fields.places(), excludes: try fields.excludes(), limits: limits
        )
        return (incoming, claim)
    }

    /// Notes in the history how the last stream ended that a lookup led to, or the first one that failed.
    func sent(_ stream: StreamLookup, with failure: (any Error)?) {
        // A stream that was cut says nothing of the entry, and may be asked for again.
        if let failure, (failure as? BerthError)?.status != .damaged { return }
        // That an entry is damaged is true of whatever lookup; times are of one.
        let lookup =
            stream.name.flatMap(lookups.take)
            ?? (failure == nil ? nil : lookups.takeNewest(of: stream.entry, for: stream.scope))
        guard let lookup else { return }
        CacheRecorder(store).ended(lookup.ticket, since: lookup.began ?? .now, with: failure)
    }

    /// Sends what jobs saved to the shared tier, for as long as the task lives.
    func keepSending() async {
        guard let tier else { return }
        await tier.keepSending(every: settings.sending) { sent in for note in sent.notes { tell(note) } }
    }

    /// Shares an entry and keeps the cache within its limits after a save, which nobody waits for.
    func saved(_ entry: CacheEntry) {
        do { try tier?.enqueue(entry) } catch {
            tell("an entry stays on this machine: \((error as? BerthError)?.what ?? "\(error)")")
        }
        let store = store
        Task { try? await offload { _ = Evictor.tend(store) } }
    }

    private static func restoreKeys(_ fields: FormFields) throws -> [CacheKey] {
        let keys = fields.all("restore-key")
        guard keys.count <= 32 else {
            throw BerthError(.usage, "there are more than 32 restore keys", remedy: "leave some out")
        }
        return try keys.map { try CacheKey($0) }
    }
}
