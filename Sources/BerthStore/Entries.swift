package import BerthArchive
internal import BerthSystem
internal import Foundation
internal import SystemPackage

/// The record of one cache entry: a JSON object with a list `blobs`, and whatever its writer needs.
package struct EntryRecord: Sendable {
    /// Digest of what the entry is found by (scope, key), which is also its file name: no name derives from a key itself.
    package let id: Digest
    package let record: [UInt8]
    /// Seconds since 1970: when it was written.
    package let written: Int64
    /// Where it stands.
    let place: FilePath

    private struct Blobs: Decodable { var blobs: [Digest] }

    /// What it keeps; whoever reads the whole record finds it there.
    ///
    /// Throws `.damaged` where that can't be read.
    package func blobs() throws -> [Digest] { try Self.blobs(record, place) }

    fileprivate static func blobs(_ record: [UInt8], _ place: FilePath) throws -> [Digest] {
        do { return try CanonicalJSON.decode(Blobs.self, record).blobs } catch {
            throw BerthError(
                .damaged, "a cache entry's record does not list its blobs", place: place.string,
                remedy: "run `berth store repair`: the entry will count as a miss", cause: error)
        }
    }
}

/// The records in `entries/`: each is written once; another one may take its place as a whole.
package struct Entries: Sendable {
    let store: Store

    /// Of a record's bytes.
    private static let limit = 16 << 20

    private var folder: FilePath { store.root.appending("entries") }

    /// Adds a record under its id; false, and nothing is written, where there is one already.
    ///
    /// From a true return on its blobs stay, also after a power cut.
    package func add(_ record: [UInt8], id: Digest) throws -> Bool {
        _ = try EntryRecord.blobs(record, path(of: id))
        let aside = aside(id)
        try Files.writeAtomically(record, to: aside)
        defer { _ = try? Files.remove(aside) }
        guard try Files.link(aside, as: path(of: id)) else { return false }
        try Files.commitDirectory(folder)
        return true
    }

    /// Puts a record in the place of one that was read, in one step: others see the old one or the new one, also after a
    /// power cut.
    ///
    /// False, and nothing is changed, where the old one is not there any more. Blobs of the new one must be durable.
    package func replace(_ old: EntryRecord, with record: [UInt8]) throws -> Bool {
        let place = path(of: old.id)
        _ = try EntryRecord.blobs(record, place)
        let aside = aside(old.id)
        try Files.writeAtomically(record, to: aside)
        defer { _ = try? Files.remove(aside) }
        guard let lock = try claim(old.id) else { return false }
        defer { withExtendedLifetime(lock) {} }
        guard try Files.read(place, limit: Self.limit) == old.record else { return false }
        try Files.rename(aside, to: place)
        try Files.commitDirectory(folder)
        return true
    }

    /// Where a record is written before it has its name.
    ///
    /// What a kill leaves has the name of a file written aside, so the next collection knows it.
    private func aside(_ id: Digest) -> FilePath {
        folder.appending(".\(id.hex).\(Machine.processIdentifier).\(UInt64.random(in: .min ... .max))")
    }

    /// The lock on a record, which whoever removes or replaces it holds; nil where there is none.
    ///
    /// Adding needs no lock: link(2) takes free names only, and under the lock no name becomes free.
    private func claim(_ id: Digest) throws -> FileLock? {
        let place = path(of: id)
        for _ in 0..<500 {
            do {
                if let lock = try FileLock.tryAcquire(place, .exclusive, options: .noFollow) {
                    if try lock.isAt(place) { return lock }
                    continue
                }
            } catch let error as BerthError where error.errno == Errno.noSuchFileOrDirectory.rawValue {
                guard Files.exists(place) else { return nil }
                continue
            }
            Thread.sleep(forTimeInterval: 0.02)
        }
        throw BerthError(
            .locked, "another process changes a cache entry's record", place: place.string,
            remedy: "wait until it ends, then run the same command again")
    }

    /// The record of an id; nil where there is none.
    ///
    /// Throws where it can't be read; what is in it is not looked at.
    package func read(_ id: Digest) throws -> EntryRecord? {
        let place = path(of: id)
        guard let facts = try Files.facts(place) else { return nil }
        let bytes: [UInt8]
        do { bytes = try Files.read(place, limit: Self.limit) } catch {
            // Somebody removed it meanwhile.
            guard Files.exists(place) else { return nil }
            throw error
        }
        return EntryRecord(id: id, record: bytes, written: facts.modified, place: place)
    }

    /// All records, by id; throws where one can't be read.
    ///
    /// Whoever decides what may go asks each for its blobs too, and stops where one does not say: nobody knows what it keeps.
    package func list() throws -> [EntryRecord] { try ids().compactMap { try read($0) } }

    /// All records whose files can be read, by id: for looking, not for deciding what may go.
    package func readable() throws -> [EntryRecord] { try ids().compactMap { (try? read($0)) ?? nil } }

    /// Removes a record, whose blobs go with a later collection; false when there was none.
    @discardableResult
    package func remove(_ id: Digest) throws -> Bool {
        guard let lock = try claim(id) else { return false }
        defer { withExtendedLifetime(lock) {} }
        let found = try Files.remove(path(of: id))
        try Files.commitDirectory(folder)
        return found
    }

    /// The names of all records; other files in the folder are not ours.
    package func ids() throws -> [Digest] {
        try Files.list(folder).filter { $0.hasSuffix(".json") }.compactMap { try? Digest(hex: $0.dropLast(5)) }
    }

    func path(of id: Digest) -> FilePath { folder.appending("\(id.hex).json") }
}

extension Store {
    /// The records of cache entries.
    package var entries: Entries { Entries(store: self) }
}
