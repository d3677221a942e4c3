internal import BerthArchive
package import BerthStore
internal import BerthSystem
internal import SystemPackage

/// A key that never goes: by its text, or by its beginning where a star ends it.
package struct KeyPin: Sendable, Codable, Equatable {
    /// Nil for every repository.
    package let repository: String?
    /// As it was written: `linux-pip-*`.
    package let pattern: String

    package init(repository: String?, pattern: String) { (self.repository, self.pattern) = (repository, pattern) }

    package func holds(_ key: String, of repository: String) -> Bool {
        guard self.repository == nil || self.repository == repository else { return false }
        return pattern.hasSuffix("*")
            ? key.utf8.starts(with: pattern.dropLast().utf8) : key.utf8.elementsEqual(pattern.utf8)
    }
}

/// The pins that people set by command, in the store's `cache/pins`: one small file for each, named by its digest.
package struct EntryPins: Sendable {
    let store: Store

    private var folder: FilePath { store.root.pushing("cache/pins") }

    /// Sets a pin; false where it was set already.
    package func add(_ pin: KeyPin) throws -> Bool {
        let place = try file(of: pin)
        if Files.exists(place) { return false }
        try Files.makeDirectory(folder)
        try Files.writeAtomically(try CanonicalJSON.encode(pin), to: place)
        try Files.commitDirectory(folder)
        return true
    }

    /// Takes a pin back; false where there was none.
    package func remove(_ pin: KeyPin) throws -> Bool { try Files.remove(try file(of: pin)) }

    /// All of them; throws `.damaged` where one can't be read, for then nobody knows what it holds.
    package func list() throws -> [KeyPin] {
        try Files.list(folder).filter { $0.hasSuffix(".json") && !$0.hasPrefix(".") }.compactMap { name in
            let place = folder.appending(name)
            do { return try CanonicalJSON.decode(KeyPin.self, Files.read(place, limit: 1 << 20)) } catch {
                guard Files.exists(place) else { return nil }
                throw BerthError(
                    .damaged, "the record of a pin is damaged", place: place.string, done: "nothing was removed",
                    remedy: "delete the file, then pin the key again", cause: error)
            }
        }
    }

    private func file(of pin: KeyPin) throws -> FilePath {
        folder.appending("\(Digest.of(try CanonicalJSON.encode(pin)).hex).json")
    }
}

extension Store {
    /// The keys that people pinned.
    package var entryPins: EntryPins { EntryPins(store: self) }
}
