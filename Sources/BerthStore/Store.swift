package import BerthArchive
internal import BerthSystem
package import SystemPackage

/// A content-addressed store on a local disk, whose image part is an OCI image layout (image-spec, image-layout.md).
///
/// Any number of processes read and add at once; only deleting is exclusive.
package struct Store: Sendable {
    /// The folder that holds everything.
    package let root: FilePath
    /// Nil where the history is opened for each use.
    private(set) var kept: KeptHistory?

    /// Where the store is unless someone says otherwise: `$BERTH_HOME`, else XDG's data folder, also on macOS.
    package static var defaultRoot: FilePath {
        if let chosen = Machine.environment("BERTH_HOME") { return FilePath(chosen) }
        if let data = Machine.environment("XDG_DATA_HOME") { return FilePath(data).appending("berth") }
        return Machine.home.pushing(".local/share/berth")
    }

    init(at root: FilePath) { self.root = root }

    /// Opens a store, making it where there is none and `create` allows; throws `.storeMissing` with the remedy.
    package static func open(_ root: FilePath, create: Bool = true) throws -> Store {
        let store = Store(at: root.lexicallyNormalized())
        try StoreFormat(root: store.root).prepare(create: create)
        return store
    }

    /// The same store, which keeps its history open for as long as a copy of this is there.
    ///
    /// For a command that ends soon: a repair may replace the file.
    package func keepingHistory() -> Store {
        var store = self
        store.kept = KeptHistory()
        return store
    }

    /// The file of a blob, whether it is there or not.
    package func path(of digest: Digest) -> FilePath { root.pushing("blobs/sha256").appending(digest.hex) }

    /// Whether a blob is there, with that size where one is given; takes it back from the trash.
    ///
    /// Without a lease the answer holds only until the next collection: `IngestSession.keep` gives a lasting one.
    package func contains(_ digest: Digest, size: ByteCount? = nil) -> Bool {
        let place = path(of: digest)
        if let found = fits(place, size) { return found }
        guard (try? Files.rename(trash(of: digest), to: place)) != nil else { return fits(place, size) ?? false }
        return fits(place, size) ?? false
    }

    /// The bytes of a small blob, checked against its digest; throws `.damaged` where they are not what it promises.
    package func read(_ digest: Digest, limit: ByteCount) throws -> [UInt8] {
        let place = path(of: digest)
        guard contains(digest) else {
            throw BerthError(
                .damaged, "the store lacks \(digest)", place: place.string,
                remedy: "run the command that made it again; `berth store check` lists all that is missing")
        }
        let bytes = try Files.read(place, limit: Int(clamping: limit.value))
        let got = Digest.of(bytes)
        guard got == digest else { throw Store.mismatch(expected: digest, got: got, place: place) }
        return bytes
    }

    /// Begins a batch of additions; what it adds or finds is leased until it is released.
    ///
    /// `makingRoom`: frees so many bytes where the disk is full, and says whether it freed any; what failed is done again.
    package func beginIngest(
        purpose: String, makingRoom: (@Sendable (ByteCount) -> Bool)? = nil
    ) throws -> IngestSession {
        try IngestSession(store: self, purpose: purpose, room: RoomOnDemand(makingRoom))
    }

    /// Fragments: compressed tar members of packages, derived and droppable.
    package var fragments: DerivedFolder { DerivedFolder(root: root.appending("fragments")) }

    /// Where a collection puts a blob before it deletes it.
    func trash(of digest: Digest) -> FilePath { root.appending("trash").appending(digest.hex) }

    /// Nil when nothing is at the path; false when it is no regular file or has another size.
    private func fits(_ place: FilePath, _ size: ByteCount?) -> Bool? {
        guard let facts = try? Files.facts(place) else { return nil }
        return facts.kind == .file && (size == nil || size == ByteCount(facts.size))
    }

    static func mismatch(expected: Digest, got: Digest, place: FilePath, done: String? = nil) -> BerthError {
        BerthError(
            .damaged, "the bytes do not match their digest: expected \(expected), got \(got)", place: place.string,
            done: done, remedy: "run `berth store repair`, then the same command again")
    }
}
