package import BerthArchive
internal import BerthSystem
package import SystemPackage

/// GitHub's `hashFiles`: the SHA-256 of the files' SHA-256 digests, one after the other in the order of the search
/// (actions/runner, hashFiles.ts).
package enum HashFiles {
    /// One file that went in.
    package struct File: Sendable, Hashable {
        /// Below the checkout.
        package let name: String
        package let digest: Digest
    }

    /// The value, 64 hex digits; empty where no file was found, as there.
    package static func value(_ files: [File]) -> String {
        files.isEmpty ? "" : Digest.of(files.flatMap(\.digest.bytes)).hex
    }

    /// The files below a checkout that the patterns choose, in order.
    ///
    /// Blocks. Throws for a link that leads nowhere, as there, unless links are followed.
    package static func files(
        _ patterns: [String], below root: FilePath, home: FilePath, followingLinks: Bool = false
    ) throws -> [File] {
        let glob = try Glob(patterns, from: .init(root: names(root), home: names(home)))
        return try GlobSearch.files(glob, below: root, followingLinks: followingLinks).map { name in
            File(name: name, digest: try digest(root.pushing(FilePath(name))))
        }
    }

    /// The same for files that somebody sent; of their names only those count that the patterns choose.
    package static func files(_ patterns: [String], among posted: [PostedFile]) throws -> [File] {
        let glob = try Glob(inTree: patterns)
        let chosen = posted.filter { glob.chooses($0.name) }
        let digests = Dictionary(chosen.map { ($0.name, $0.digest) }) { first, _ in first }
        return glob.ordered(digests.keys).compactMap { name in
            digests[name].map { File(name: name, digest: $0) }
        }
    }

    private static func names(_ path: FilePath) -> [String] { path.lexicallyNormalized().components.map(\.string) }

    /// A pipe that somebody put in a file's place holds nobody up.
    private static func digest(_ path: FilePath) throws -> Digest {
        let descriptor = try Files.open(path, .readOnly, options: .nonBlocking)
        defer { try? descriptor.close() }
        var hasher = Hasher()
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        do {
            while case let count = try buffer.withUnsafeMutableBytes({ try descriptor.read(into: $0) }), count > 0 {
                hasher.update(Array(buffer[..<count]))
            }
        } catch let error as Errno { throw BerthError(errno: error.rawValue, "read", path.string) }
        return hasher.finalize()
    }
}

/// A file that a key is made from, wherever it came from.
package struct PostedFile: Sendable, Hashable {
    /// Below the checkout, with slashes.
    package let name: String
    package let bytes: [UInt8]

    package init(name: String, bytes: [UInt8]) { (self.name, self.bytes) = (name, bytes) }

    var digest: Digest { Digest.of(bytes) }
}
