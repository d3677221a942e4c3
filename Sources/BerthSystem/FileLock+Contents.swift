internal import Foundation
package import SystemPackage

/// A locked file is also a place to write: leases and half-written blobs are claimed by the lock on themselves.
extension FileLock {
    /// Whether the path still leads to the locked file: somebody may have renamed or removed it before the lock was ours.
    package borrowing func isAt(_ path: FilePath) throws -> Bool {
        var own = stat()
        guard unsafe fstat(descriptor.rawValue, &own) == 0 else {
            throw BerthError(errno: errno, "look at the locked file", path.string)
        }
        guard let there = try Files.facts(path), there.kind == .file else { return false }
        return there.device == UInt64(own.st_dev) && there.inode == UInt64(own.st_ino)
    }

    /// Writes bytes at the current end of what was read or written; the path is for the error.
    package borrowing func write(_ bytes: RawSpan, _ path: FilePath) throws {
        try Files.writeAll(bytes, to: descriptor, path)
    }

    /// Reads the next piece into a buffer; 0 at the end.
    package borrowing func read(into buffer: inout [UInt8], _ path: FilePath) throws -> Int {
        do {
            return try unsafe buffer.withUnsafeMutableBytes { try unsafe descriptor.read(into: $0) }
        } catch let error as Errno {
            throw BerthError(errno: error.rawValue, "read", path.string)
        }
    }

    /// Empties the file and goes back to its start.
    package borrowing func empty(_ path: FilePath) throws {
        guard ftruncate(descriptor.rawValue, 0) == 0, lseek(descriptor.rawValue, 0, SEEK_SET) == 0 else {
            throw BerthError(errno: errno, "empty", path.string)
        }
    }

    /// Makes the contents final: read-only, and on the disk before whatever is written next.
    package borrowing func seal(_ path: FilePath) throws {
        guard fchmod(descriptor.rawValue, 0o444) == 0 else {
            throw BerthError(errno: errno, "make read-only", path.string)
        }
        try Files.order(descriptor, path)
    }
}
