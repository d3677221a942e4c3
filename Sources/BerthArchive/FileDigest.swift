internal import BerthSystem
package import SystemPackage

/// The digest of a whole file, read in pieces.
package enum FileDigest {
    package static func of(_ path: FilePath) throws -> Digest {
        let descriptor = try Files.open(path, .readOnly)
        defer { try? descriptor.close() }
        var hasher = Hasher()
        var buffer = [UInt8](repeating: 0, count: 1 << 18)
        while true {
            let count = try unsafe buffer.withUnsafeMutableBytes { try unsafe descriptor.read(into: $0) }
            guard count > 0 else { return hasher.finalize() }
            unsafe hasher.update(buffer.span.bytes.extracting(first: count))
        }
    }
}
