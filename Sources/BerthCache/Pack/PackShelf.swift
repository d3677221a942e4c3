internal import BerthArchive
internal import BerthStore
internal import BerthSystem
internal import Synchronization
internal import SystemPackage

/// The packs of a store: each is hashed when it is first read since the machine's start, or always.
///
/// What was hashed is noted by inode, size and times, good for this mount and boot; a pack that changed since is hashed
/// again.
final class PackShelf: Sendable {
    private let store: Store
    private let folder: Folder
    private let keeper: PlaceRecords
    private let place: TreePlace?
    private let verify: Bool
    private let state: Mutex<State>

    private struct State {
        var record: FileRecord
        var hasNew = false
    }

    init(_ store: Store, verify: Bool) throws {
        (self.store, self.verify) = (store, verify)
        let above = try Folder(store.root.appending("blobs"))
        folder = try above.folder("sha256")
        keeper = PlaceRecords(store)
        place = TreePlace("sha256", in: above)
        state = Mutex(State(record: place.flatMap { [keeper] in keeper.read($0) } ?? FileRecord()))
    }

    /// Reads a pack; a damaged one is moved out of the way, so that the next save stores its contents anew.
    func read(_ digest: Digest) throws -> PackReader {
        try store.part(digest, "pack") { try PackReader(digest, bytes: bytes(digest)) }
    }

    private func bytes(_ digest: Digest) throws -> [UInt8] {
        guard let name = Folder.Name(digest.hex) else { throw BerthError(.failed, "a digest is no name") }
        let moment = FileTime.now
        let file = try folder.read(name)
        let facts = try file.facts()
        guard facts.kind == .file, facts.size <= PackReader.largest.value else {
            throw BerthError(.damaged, "the file is no pack", place: file.path.string)
        }
        let bytes = try file.read(Int(facts.size), at: 0)
        let found = FileState(facts)
        let known = !verify && state.withLock { $0.record.content(of: found)?.chunks == [digest] }
        guard !known else { return bytes }
        guard Digest.of(bytes) == digest else {
            throw BerthError(.damaged, "the bytes do not match their digest", place: file.path.string)
        }
        state.withLock { state in
            state.record.note(found, FileContent(chunks: [digest]), at: moment)
            state.hasNew = true
        }
        return bytes
    }

    /// Keeps what was hashed, for those who come later.
    func keep() {
        guard let place else { return }
        let record = state.withLock { $0.hasNew ? $0.record : nil }
        if let record { keeper.write(record, of: place) }
    }
}
