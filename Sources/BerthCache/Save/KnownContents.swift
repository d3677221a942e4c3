internal import BerthArchive
internal import BerthStore
internal import BerthSystem
internal import Synchronization

/// Which contents the store has in which pack, as far as a save needs to know, and which this save brings.
///
/// A pack is leased before anything relies on it: its entry may be evicted and collected meanwhile.
final class KnownContents: Sendable {
    private struct State {
        /// What somebody has, or this save stores.
        var contents: [TreeManifest.Chunk] = []
        var places = PlaceTable()
        /// By content: the index of its pack, or `brought`.
        var packs: [Int32] = []
        /// By pack.
        var leases: [Lease] = []
        /// The first pack whose table was not read so far.
        var unread = 0

        /// The pack of others that has a content, as far as tables were read.
        func pack(of digest: Digest) -> Int32? {
            places.find(digest, in: contents).flatMap { packs[$0] == KnownContents.brought ? nil : packs[$0] }
        }

        mutating func add(_ table: PackTable, of pack: Int) {
            contents.reserve(table.contents.count, &places)
            for content in table.contents {
                let number = contents.number(content, &places)
                if number == packs.count { packs.append(Int32(pack)) }
            }
        }
    }

    /// What became of asking for a pack.
    enum Lease {
        case unasked
        /// It is leased, and so can be relied on.
        case used
        /// It was gone.
        case lost

        /// Takes an answer, which may come after that of somebody who asked later: what one relies on stays.
        mutating func take(_ stays: Bool) {
            if self != .used { self = stays ? .used : .lost }
        }
    }

    /// Stands for the packs that this save makes.
    private static let brought: Int32 = -1

    /// What is known of a content.
    private enum Place {
        case kept
        case inPack(Int32)
        case nowhere
    }

    /// Packs of entries that are kept, in the order in which they are asked.
    private let packs: [StoredPack]
    private let store: Store
    private let session: IngestSession
    private let state: Mutex<State>
    /// Beyond so many contents the packs behind are not asked: what they hold may be stored again.
    static let most = 600_000

    init(_ packs: [StoredPack], in store: Store, for session: IngestSession) {
        (self.packs, self.store, self.session) = (packs, store, session)
        state = Mutex(State(leases: Array(repeating: .unasked, count: packs.count)))
    }

    /// Reads the tables of the first packs, for a save that is still busy finding out what it will ask.
    func readAhead(_ count: Int) {
        state.withLock { state in
            while state.unread < min(count, packs.count), state.packs.count < Self.most { readNext(&state) }
        }
    }

    /// Whether the caller has to store a content: nobody has it, and nobody else of this save does it.
    func claim(_ digest: Digest) throws -> Bool {
        if try has(digest) { return false }
        return state.withLock { state in
            let number = state.contents.number(.init(digest: digest, size: 0), &state.places)
            if number == state.packs.count {
                state.packs.append(Self.brought)
                return true
            }
            // Its pack is gone, or somebody else of this save was faster.
            defer { state.packs[number] = Self.brought }
            return state.packs[number] != Self.brought
        }
    }

    /// Whether the store has a content; if so it stays, and its pack is one that the entry needs.
    func has(_ digest: Digest) throws -> Bool {
        switch state.withLock({ place(of: digest, &$0) }) {
        case .kept: return true
        case .nowhere: return false
        case .inPack(let pack):
            let stays = try session.keep(packs[Int(pack)].digest, size: packs[Int(pack)].size)
            state.withLock { $0.leases[Int(pack)].take(stays) }
            return stays
        }
    }

    /// Whether all of some contents are in packs that are leased already: asked at once, for each question takes a lock.
    func areKept(_ digests: some Sequence<Digest>) -> Bool {
        state.withLock { state in
            digests.allSatisfy { if case .kept = place(of: $0, &state) { true } else { false } }
        }
    }

    /// Reads tables until one has the content: a tree that did not change needs those of its own packs only.
    ///
    /// A damaged table is passed over, and what that pack holds is saved anew.
    private func place(of digest: Digest, _ state: inout State) -> Place {
        var found = state.pack(of: digest)
        while found == nil, state.unread < packs.count, state.packs.count < Self.most {
            readNext(&state)
            found = state.pack(of: digest)
        }
        guard let found else { return .nowhere }
        return switch state.leases[Int(found)] {
        case .unasked: .inPack(found)
        case .used: .kept
        case .lost: .nowhere
        }
    }

    private func readNext(_ state: inout State) {
        let table = try? PackTable.read(packs[state.unread].digest, in: store)
        if let table { state.add(table, of: state.unread) }
        state.unread += 1
    }

    /// Packs of others that an entry needs: of those that were relied on, the ones that hold something of its contents.
    ///
    /// Forgets all that is known, for it takes as much memory as the trees do.
    func end(neededFor contents: some Sequence<Digest>) -> [StoredPack] {
        state.withLock { state in
            defer { state = State(leases: state.leases) }
            var isNeeded = Array(repeating: false, count: packs.count)
            for content in contents { if let pack = state.pack(of: content) { isNeeded[Int(pack)] = true } }
            return packs.indices.filter { isNeeded[$0] && state.leases[$0] == .used }.map { packs[$0] }
        }
    }
}
