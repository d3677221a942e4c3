package import BerthArchive
internal import BerthSystem
internal import SystemPackage

/// A record that keeps blobs alive: one image version, in the words of whoever wrote it.
package struct Root: Sendable {
    /// The digest of the record's bytes, which is also its file name.
    package let id: Digest
    /// The record: a JSON object with a list `blobs`, perhaps a list `refs` (`[Ref]`), and whatever its writer needs.
    package let record: [UInt8]
    /// What it keeps.
    package let blobs: [Digest]
    /// The names that pointed into it when it was written: repair makes a lost `index.json` from them.
    package let refs: [Ref]
}

/// The part of a record that the store reads: `blobs`, and `refs` where it names images.
private struct RootRecord: Decodable {
    var blobs: [Digest]
    var refs: [Ref]?
}

/// The records in `versions/`: what no collection touches.
package struct Roots: Sendable {
    let store: Store

    private var folder: FilePath { store.root.appending("versions") }

    /// Adds a record; from the return on its blobs stay, also after a power cut.
    @discardableResult
    package func add(_ record: [UInt8]) throws -> Digest {
        let id = Digest.of(record)
        _ = try Self.parse(record, place: path(of: id))
        try Files.writeAtomically(record, to: path(of: id))
        try Files.commitDirectory(folder)
        return id
    }

    /// All records, by id; throws `.damaged` where one is not what its name promises.
    package func list() throws -> [Root] {
        try ids().compactMap { id in
            do { return try read(id) } catch {
                // Somebody removed it since the folder was read.
                guard Files.exists(path(of: id)) else { return nil }
                throw error
            }
        }
    }

    /// Removes a record, whose blobs go with a later collection; false when there was none.
    @discardableResult
    package func remove(_ id: Digest) throws -> Bool {
        let found = try Files.remove(path(of: id))
        try Files.commitDirectory(folder)
        return found
    }

    /// The names of all records; other files in the folder are not ours.
    func ids() throws -> [Digest] {
        try Files.list(folder).filter { $0.hasSuffix(".json") }.compactMap { try? Digest(hex: $0.dropLast(5)) }
    }

    func read(_ id: Digest) throws -> Root {
        let bytes = try Files.read(path(of: id))
        let got = Digest.of(bytes)
        guard got == id else { throw Store.mismatch(expected: id, got: got, place: path(of: id)) }
        let parsed = try Self.parse(bytes, place: path(of: id))
        return Root(id: id, record: bytes, blobs: parsed.blobs, refs: parsed.refs ?? [])
    }

    func path(of id: Digest) -> FilePath { folder.appending("\(id.hex).json") }

    private static func parse(_ record: [UInt8], place: FilePath) throws -> RootRecord {
        do { return try CanonicalJSON.decode(RootRecord.self, record) } catch {
            throw BerthError(
                .damaged, "a version's record does not list its blobs", place: place.string,
                remedy: "run `berth store repair`", cause: error)
        }
    }
}

extension Store {
    /// The records that keep blobs alive.
    package var roots: Roots { Roots(store: self) }
}
