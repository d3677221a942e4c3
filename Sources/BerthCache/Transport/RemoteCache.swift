internal import BerthArchive
package import BerthRegistry
internal import BerthSystem
internal import SystemPackage

/// The cache behind a `berth serve`: trees go there and come back as tar streams, all the rest is the service's.
package struct RemoteCache: CacheTransport {
    let client: ServiceClient
    /// Of saves; the history is the service's.
    private let said = NoteList()

    package init(_ client: ServiceClient) { self.client = client }

    package var notes: [String] { said.all }

    package func find(_ key: CacheKey, restoreKeys: [CacheKey], version: String) async throws -> FoundEntry? {
        let fields = [("key", key.text), ("version", version)] + restoreKeys.map { ("restore-key", $0.text) }
        let answer: LookupAnswer = try ServiceMessages.read(try await client.ask("lookup", fields))
        guard let entry = answer.entry else { return nil }
        return FoundEntry(entry, isExact: answer.hit == .exact, lookup: answer.lookup)
    }

    /// Every byte that comes is hashed, and what is at a place is replaced: the options choose among ways that only a
    /// store of one's own has, and are told so.
    package func restore(
        _ found: FoundEntry, to destinations: [Destination], options: RestoreOptions
    ) async throws -> RestoreOutcome {
        guard options.into == .replace, options.strategy ?? .unpack == .unpack else {
            throw BerthError(
                .usage, "a service's entries are unpacked to a new place", done: "nothing was restored",
                remedy: "leave --into and --strategy out, or restore where the store is")
        }
        var outcome = RestoreOutcome(strategy: .unpack)
        do { outcome.notes = try await restore(found, to: destinations, for: options.owner) } catch let error
            as BerthError
        { throw error.outside(nil, remedy: BerthError.unwritablePlace) }
        outcome.written = found.summary.size
        return outcome
    }

    private func restore(
        _ found: FoundEntry, to destinations: [Destination], for owner: TreeOwner?
    ) async throws -> [String] {
        Machine.prepareForTrees()
        let places = try Self.places(destinations.map(\.label))
        let marker = try StreamPlace(label: "marker", place: "/whole")
        let trees = try await offload {
            // Two trees may have one place as long as the entry has but one of them.
            try PathFence.checkSeparate(Array(Set(destinations.map(\.path))))
            let chooser = LandingChooser()
            return try destinations.map { try chooser.landing($0.path) }
        }
        do {
            let incoming = try await offload { try IncomingTrees(trees, places, marker: marker) }
            let filled = try await receive(incoming, places, marker, found).map { trees[$0] }
            return try await offload {
                try PathFence.checkSeparate(filled.map(\.destination))
                try TreeRestorer.install(filled, for: owner)
                return filled.compactMap { $0.forget() }
            }
        } catch {
            try? await offload { for tree in trees { tree.discard() } }
            throw error
        }
    }

    /// The trees that came, by number.
    private func receive(
        _ incoming: IncomingTrees, _ places: [StreamPlace], _ marker: StreamPlace, _ found: FoundEntry
    ) async throws -> [Int] {
        let fields =
            Self.fields(places) + [("marker", marker.place)] + (found.lookup.map { [("lookup", $0.text)] } ?? [])
        let refusal = try await client.download("entries/\(found.summary.id.hex)/entry.tar", fields) { piece in
            try await offload { try incoming.feed(piece) }
        }
        if let refusal { throw ServiceMessages.error(refusal) }
        return try await offload { try incoming.finish() }
    }

    package func save(
        _ paths: [SavedPath], as key: CacheKey, version: String, cost: Double?
    ) async throws -> SavedEntry? {
        Machine.prepareForTrees()
        let places = try Self.places(paths.map(\.label))
        let fields =
            [("key", key.text), ("version", version)] + Self.fields(places)
            + (cost.map { [("cost", "\($0)")] } ?? [])
        do {
            let (walk, outgoing) = try await Self.outgoing(paths, places)
            let reply = try await client.upload("entries", fields) { try await offload { try outgoing.next() } }
            guard !ServiceMessages.isReadOnly(reply) else { return nil }
            let answer: SaveAnswer = try ServiceMessages.read(reply)
            let lost = LostAttributes(walk)
            if let note = try await offload({ lost.note }) { said.note(note) }
            return SavedEntry(answer.entry, wasPresent: answer.saved == .present)
        } catch let error as BerthError { throw error.outside(nil, remedy: BerthError.unreadablePath) }
    }

    private static func outgoing(
        _ paths: [SavedPath], _ places: [StreamPlace]
    ) async throws -> (TreeWalk, OutgoingTrees) {
        try PathFence.checkSeparate(paths.map(\.path))
        let walk = try await TreeWalk(paths)
        guard !walk.manifest.members.isEmpty else {
            throw LocalCache.nothingThere(paths.map(\.path.string).joined(separator: ", "))
        }
        return (walk, try await offload { try OutgoingTrees(walk, places) })
    }

    /// Each label, then where its tree stands.
    private static func fields(_ places: [StreamPlace]) -> [(String, String)] {
        places.flatMap { [("path", $0.label), ("at", $0.place)] }
    }

    /// Short names in the stream, whatever the trees are called here.
    private static func places(_ labels: [String]) throws -> [StreamPlace] {
        let places = try labels.enumerated().map { try StreamPlace(label: $0.element, place: "/\($0.offset)") }
        try StreamPlace.check(places)
        return places
    }
}

extension StreamPlace {
    /// The absolute path that it was made of, without detours.
    fileprivate var place: String { "/" + String(decoding: name, as: UTF8.self) }
}
