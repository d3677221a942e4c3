package import BerthArchive
internal import BerthSystem
package import SystemPackage

/// A folder of files that can be made again, named by the digest of what they were made from.
///
/// Collection drops the least recently used first when the folder is over its budget.
package struct DerivedFolder: Sendable {
    /// The folder itself.
    package let root: FilePath

    /// Where the file of a key lies: `<2 hex>/<hex>.<suffix>`, whether it is there or not.
    package func path(for key: Digest, suffix: String) -> FilePath {
        root.appending(String(key.hex.prefix(2))).appending("\(key.hex).\(suffix)")
    }

    /// The file of a key, marked as used now; nil when it has to be made.
    package func use(_ key: Digest, suffix: String) -> FilePath? {
        let place = path(for: key, suffix: suffix)
        return Files.touch(place) ? place : nil
    }

    /// Writes a file aside, orders it to disk and renames it: under its name it is always complete.
    @discardableResult
    package func write(_ bytes: [UInt8], for key: Digest, suffix: String) throws -> FilePath {
        let place = path(for: key, suffix: suffix)
        try Files.makeDirectory(place.removingLastComponent())
        try Files.writeAtomically(bytes, to: place)
        return place
    }

    /// Moves a finished file of the same file system under its key's name; for files too large for memory.
    @discardableResult
    package func adopt(_ file: FilePath, for key: Digest, suffix: String) throws -> FilePath {
        let place = path(for: key, suffix: suffix)
        try Files.makeDirectory(place.removingLastComponent())
        let descriptor = try Files.open(file, .readOnly)
        defer { try? descriptor.close() }
        try Files.order(descriptor, file)
        try Files.rename(file, to: place)
        return place
    }

    /// One file, with the moment of its last use in seconds since 1970.
    struct File {
        let path: FilePath
        let size: ByteCount
        let modified: Int64
    }

    /// All files, also those that writers left aside.
    func list() throws -> [File] {
        try Files.list(root).flatMap { folder in
            try Files.list(root.appending(folder)).compactMap { name in
                let path = root.appending(folder).appending(name)
                guard let facts = try Files.facts(path), facts.kind == .file else { return nil }
                return File(path: path, size: ByteCount(facts.size), modified: facts.modified)
            }
        }
    }
}
