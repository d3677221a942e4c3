internal import BerthSystem
package import SystemPackage

/// The digest of a whole file, read in pieces.
package enum FileDigest {
    package static func of(_ path: FilePath) throws -> Digest {
        Digest(bytes: try of(path, .sha256))
    }

    /// The result of a hash function over a whole file.
    static func of(_ path: FilePath, _ algorithm: HashAlgorithm) throws -> [UInt8] {
        let descriptor = try Files.open(path, .readOnly)
        defer { try? descriptor.close() }
        var hasher = MessageHasher(algorithm)
        var buffer = [UInt8](repeating: 0, count: 1 << 18)
        while true {
            let count = try unsafe buffer.withUnsafeMutableBytes { try unsafe descriptor.read(into: $0) }
            guard count > 0 else { return hasher.finalize() }
            unsafe hasher.update(buffer.span.bytes.extracting(first: count))
        }
    }
}

extension Integrity {
    /// Whether a whole file is what was promised.
    package func matches(contentsOf path: FilePath) throws -> Bool { matches(try FileDigest.of(path, algorithm)) }
}
