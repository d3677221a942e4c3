internal import BerthArchive
package import BerthStore
internal import BerthSystem

/// Notes lookups and saves in the log; a failure becomes a note and nothing else, for a job does not fail by figures.
package final class CacheRecorder: Sendable {
    private let log: CacheLog
    private let said = NoteList()

    package init(_ store: Store) { log = store.cacheLog }

    /// What could not be noted or kept, in words.
    package var notes: [String] { said.all }

    /// Something else about a save that a person should know.
    func note(_ text: String) { said.note(text) }

    /// A lookup that was noted: serves to say how its restore ended.
    package struct Ticket: Sendable, Comparable {
        let id: Int64

        /// By when they were noted.
        package static func < (left: Ticket, right: Ticket) -> Bool { left.id < right.id }
    }

    /// Notes a lookup with what it found, under the profile that its version names.
    package func looked(
        for key: CacheKey, version: String, in access: ScopeAccess, found match: EntryCatalog.Match?,
        now: Int64 = Machine.now
    ) -> Ticket? {
        let entry = match?.entry
        let row = LookupRow(
            at: now, repository: access.own.repository, reference: access.own.reference,
            others: access.others.map(\.reference), profile: Self.profile(of: version), key: key.text, version: version,
            outcome: match.map { $0.isExact ? .exact : .prefix } ?? .miss, matched: entry?.key.text,
            place: entry?.scope.reference,
            entry: entry.map { CacheEntry.id($0.key, version: $0.version, in: $0.scope).hex }, cost: entry?.cost)
        return attempt { Ticket(id: try log.add(row)) }
    }

    /// Runs a restore, and notes how long it took or that the entry was damaged.
    package func restoring<Result>(_ ticket: Ticket?, _ work: () async throws -> Result) async throws -> Result {
        let start = ContinuousClock.now
        do {
            let result = try await work()
            ended(ticket, since: start, with: nil)
            return result
        } catch {
            ended(ticket, since: start, with: error)
            throw error
        }
    }

    /// What a caller measured, else the time since the key was missed in that scope.
    func cost(_ terms: EntryTerms, now: Int64) -> Double? {
        if let given = terms.cost { return given }
        let own = terms.access.own
        return attempt {
            try log.measuredCost(
                repository: own.repository, reference: own.reference, key: terms.key.text, version: terms.version,
                now: now)
        } ?? nil
    }

    /// Notes how a restore ended that began at a moment: in so much time, or with that error.
    package func ended(_ ticket: Ticket?, since start: ContinuousClock.Instant, with failure: (any Error)?) {
        guard let ticket else { return }
        if let failure {
            guard (failure as? BerthError)?.status == .damaged else { return }
            attempt { try log.damaged(ticket.id) }
        } else {
            let time = (ContinuousClock.now - start).components
            attempt { try log.ended(ticket.id, seconds: Double(time.seconds) + Double(time.attoseconds) / 1e18) }
        }
    }

    /// Notes an entry that was saved.
    package func saved(_ entry: CacheEntry) {
        attempt {
            try log.add(
                SaveRow(
                    at: entry.created, repository: entry.scope.repository, reference: entry.scope.reference,
                    profile: Self.profile(of: entry.version), key: entry.key.text, version: entry.version,
                    entry: CacheEntry.id(entry.key, version: entry.version, in: entry.scope).hex,
                    bytes: entry.size.value, added: entry.added.value,
                    packs: entry.packs.map { PackPart(name: String($0.digest.hex.prefix(16)), size: $0.size.value) },
                    cost: entry.cost))
        }
    }

    /// The profile that a version begins with, as in `pip/1 downloads; …`; empty for one made of paths.
    private static func profile(of version: String) -> String {
        version.prefixMatch(of: #/([a-z0-9][a-z0-9-]*)\/[0-9]+ /#).map { String($0.output.1) } ?? ""
    }

    @discardableResult
    private func attempt<Result>(_ work: () throws -> Result) -> Result? {
        do { return try work() } catch {
            said.note("not noted in the history: \((error as? BerthError)?.what ?? "\(error)")")
            return nil
        }
    }
}
