package import BerthArchive
internal import BerthSystem
package import SystemPackage

/// The files that a recipe's current lock names: they stay as long as the lock is where it was.
package struct Pin: Sendable, Codable, Equatable {
    /// The absolute path of the `berth.lock`.
    package let path: String
    package let blobs: [Digest]
}

/// The pins in `pins/`, one for each lock on this machine.
package struct Pins: Sendable {
    let store: Store

    private var folder: FilePath { store.root.appending("pins") }

    /// Keeps the blobs of a lock, in place of what an earlier state of that lock kept.
    package func set(lock: FilePath, blobs: [Digest]) throws {
        guard lock.isAbsolute else {
            throw BerthError(.failed, "a pin needs an absolute path", place: lock.string)
        }
        let pin = Pin(path: lock.string, blobs: blobs.sorted())
        let bytes = try CanonicalJSON.encode(pin)
        let place = file(of: lock.string)
        if let old = try? Files.read(place), old == bytes { return }
        try Files.writeAtomically(bytes, to: place)
    }

    /// All pins whose lock is still there.
    package func list() throws -> [Pin] { try all().filter { Files.exists(FilePath($0.path)) } }

    /// Removes a pin; false when there was none.
    @discardableResult
    package func remove(lock: FilePath) throws -> Bool { try Files.remove(file(of: lock.string)) }

    /// Drops the pins whose lock is gone, and says which.
    func dropGone() throws -> [Pin] {
        let gone = try all().filter { !Files.exists(FilePath($0.path)) }
        for pin in gone { try Files.remove(file(of: pin.path)) }
        return gone
    }

    func files() throws -> [FilePath] {
        try Files.list(folder).filter { $0.hasSuffix(".json") && !$0.hasPrefix(".") }.map { folder.appending($0) }
    }

    func read(_ place: FilePath) throws -> Pin {
        do { return try CanonicalJSON.decode(Pin.self, try Files.read(place)) } catch {
            throw BerthError(
                .damaged, "the record of a lock's files is damaged", place: place.string,
                remedy: "run `berth store repair`", cause: error)
        }
    }

    private func all() throws -> [Pin] {
        try files().compactMap { place in
            do { return try read(place) } catch {
                guard Files.exists(place) else { return nil }
                throw error
            }
        }
    }

    private func file(of lock: String) -> FilePath { folder.appending("\(Digest.of(lock).hex).json") }
}

extension Store {
    /// The files of the recipes' current locks.
    package var pins: Pins { Pins(store: self) }
}
