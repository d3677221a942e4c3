internal import BerthArchive
internal import BerthStore
internal import BerthSystem
internal import Synchronization

/// Which contents the store has in which pack, as far as a save needs to know, and which this save brings.
final class KnownContents: Sendable {
    private struct State {
        /// Content to the index of its pack.
        var packs: [Digest: Int32] = [:]
        var claimed: Set<Digest> = []
        var used: Set<Int32> = []
    }

    /// Packs of entries that are kept, newest first.
    private let packs: [StoredPack]
    private let state: Mutex<State>
    /// Beyond so many contents older packs are not asked: what they hold may be stored again.
    static let most = 600_000

    /// Reads the tables of packs; a damaged one is passed over, and what it holds is saved anew.
    init(_ packs: [StoredPack], in store: Store) {
        var state = State()
        for (index, pack) in packs.enumerated() where state.packs.count < Self.most {
            guard let table = try? PackTable.read(pack.digest, in: store) else { continue }
            for content in table.contents where state.packs[content.digest] == nil {
                state.packs[content.digest] = Int32(index)
            }
        }
        self.packs = packs
        self.state = Mutex(state)
    }

    /// Whether the caller has to store a content: nobody has it, and nobody else of this save does it.
    func claim(_ digest: Digest) -> Bool {
        state.withLock { state in
            if let pack = state.packs[digest] {
                state.used.insert(pack)
                return false
            }
            return state.claimed.insert(digest).inserted
        }
    }

    /// Whether the store has a content; marks its pack as needed.
    func has(_ digest: Digest) -> Bool {
        state.withLock { state in
            guard let pack = state.packs[digest] else { return false }
            state.used.insert(pack)
            return true
        }
    }

    /// Packs of others that the entry needs.
    var used: [StoredPack] { state.withLock { $0.used.sorted().map { packs[Int($0)] } } }
}
