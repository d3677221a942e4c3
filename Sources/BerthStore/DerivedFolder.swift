package import BerthArchive
internal import BerthSystem
internal import Foundation
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
        return utimes(place.string, nil) == 0 ? place : nil
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
}
