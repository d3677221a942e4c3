internal import BerthArchive
internal import BerthCache
internal import Synchronization

/// Lookups whose entries may be fetched next: the history wants to know how long that takes.
final class OpenLookups: Sendable {
    /// A lookup, and what it found for whom: nobody ends another job's.
    struct Name: Hashable {
        let handle: LookupHandle
        let entry: Digest
        let scope: Scope
    }

    struct Lookup {
        let ticket: CacheRecorder.Ticket
        /// When the first of its streams began.
        var began: ContinuousClock.Instant?
    }

    private static let most = 1024
    private let lookups = Mutex<[Name: Lookup]>([:])

    func note(_ ticket: CacheRecorder.Ticket, of entry: Digest, for scope: Scope) -> LookupHandle {
        let handle = LookupHandle()
        lookups.withLock { lookups in
            // The oldest of those that nobody followed up: they are figures, and no more.
            if lookups.count >= Self.most, let oldest = lookups.min(by: { $0.value.ticket < $1.value.ticket }) {
                lookups[oldest.key] = nil
            }
            lookups[Name(handle: handle, entry: entry, scope: scope)] = Lookup(ticket: ticket)
        }
        return handle
    }

    func begin(_ name: Name) {
        lookups.withLock { if $0[name]?.began == nil { $0[name]?.began = .now } }
    }

    func take(_ name: Name) -> Lookup? { lookups.withLock { $0.removeValue(forKey: name) } }

    /// The newest lookup that led a job to an entry, for a client that does not say which it was.
    func takeNewest(of entry: Digest, for scope: Scope) -> Lookup? {
        lookups.withLock { lookups in
            let found = lookups.filter { $0.key.entry == entry && $0.key.scope == scope }
            return found.max { $0.value.ticket < $1.value.ticket }.flatMap { lookups.removeValue(forKey: $0.key) }
        }
    }
}

/// Which entry a stream is of, for whom, and which lookup led to it, as far as the client says so.
struct StreamLookup {
    let entry: Digest
    let scope: Scope
    let name: OpenLookups.Name?

    init(_ fields: FormFields, _ entry: Digest, _ grant: JobGrant) throws {
        (self.entry, scope) = (entry, grant.scope)
        name = try fields.one("lookup").flatMap { LookupHandle($0) }
            .map { OpenLookups.Name(handle: $0, entry: entry, scope: grant.scope) }
    }
}
