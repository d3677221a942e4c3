internal import Foundation
package import SystemPackage

/// One open file.
package final class OpenFile: Sendable {
    private let origin: Origin
    let descriptor: FileDescriptor

    init(_ origin: Origin, _ descriptor: FileDescriptor) { (self.origin, self.descriptor) = (origin, descriptor) }

    /// Where it was when it was opened; for messages.
    package var path: FilePath { origin.path }

    deinit { try? descriptor.close() }

    /// What it is by now.
    package func facts() throws -> EntryFacts {
        var facts = stat()
        guard unsafe fstat(descriptor.rawValue, &facts) == 0 else {
            throw BerthError(errno: errno, "look at", path.string)
        }
        return EntryFacts(facts)
    }

    /// Reads from an offset into a buffer; fewer bytes than asked for only at the end of the file.
    package func read(into buffer: inout MutableRawSpan, at offset: Int64) throws -> Int {
        try unsafe buffer.withUnsafeMutableBytes { bytes in
            var done = 0
            while done < bytes.count {
                let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[done...])
                let count = unsafe pread(descriptor.rawValue, rest.baseAddress, rest.count, off_t(offset) + off_t(done))
                if count == -1 {
                    if errno == EINTR { continue }
                    throw BerthError(errno: errno, "read", path.string)
                }
                if count == 0 { break }
                done += count
            }
            return done
        }
    }

    /// So many bytes from an offset; fewer only at the end of the file.
    package func read(_ count: Int, at offset: Int64) throws -> [UInt8] {
        var failure: (any Error)?
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            do {
                var target = unsafe MutableRawSpan(_unsafeBytes: UnsafeMutableRawBufferPointer(buffer))
                initialized = try read(into: &target, at: offset)
            } catch { failure = error }
        }
        if let failure { throw failure }
        return bytes
    }

    /// Writes bytes at an offset.
    package func write(_ bytes: RawSpan, at offset: Int64) throws {
        try unsafe bytes.withUnsafeBytes { bytes in
            var done = 0
            while done < bytes.count {
                let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[done...])
                let count = unsafe pwrite(
                    descriptor.rawValue, rest.baseAddress, rest.count, off_t(offset) + off_t(done))
                if count == -1 {
                    if errno == EINTR { continue }
                    throw BerthError(errno: errno, "write", path.string)
                }
                done += count
            }
        }
    }

    /// Writes bytes at an offset.
    package func write(_ bytes: [UInt8], at offset: Int64) throws { try unsafe write(bytes.span.bytes, at: offset) }

    /// Writes a range of bytes at an offset.
    package func write(_ bytes: [UInt8], _ range: Range<Int>, at offset: Int64) throws {
        try unsafe write(bytes.span.bytes.extracting(range), at: offset)
    }

    /// So many bytes from an offset into the beginning of a buffer, which is made large enough; fewer only at the end.
    package func read(_ count: Int, at offset: Int64, into buffer: inout [UInt8]) throws -> Int {
        if buffer.count < count { buffer = [UInt8](repeating: 0, count: count) }
        var done = 0
        try unsafe buffer.withUnsafeMutableBytes { bytes in
            while done < count {
                let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[done..<count])
                let got = unsafe pread(descriptor.rawValue, rest.baseAddress, rest.count, off_t(offset) + off_t(done))
                if got == -1 {
                    if errno == EINTR { continue }
                    throw BerthError(errno: errno, "read", path.string)
                }
                if got == 0 { break }
                done += got
            }
        }
        return done
    }

    /// Makes it so long; new bytes are zeros that take no place.
    package func setSize(_ size: Int64) throws {
        guard ftruncate(descriptor.rawValue, off_t(size)) == 0 else {
            throw BerthError(errno: errno, "set the size of", path.string)
        }
    }

    package func setPermissions(_ permissions: UInt16) throws {
        guard fchmod(descriptor.rawValue, mode_t(permissions)) == 0 else {
            throw BerthError(errno: errno, "set the permissions of", path.string)
        }
    }

    package func setModified(_ time: FileTime) throws {
        guard unsafe futimens(descriptor.rawValue, Self.times(time)) == 0 else {
            throw BerthError(errno: errno, "set the time of", path.string)
        }
    }

    /// Time of last access and of last change, as futimens(2) wants them.
    static func times(_ time: FileTime) -> [timespec] {
        let one = timespec(tv_sec: Int(time.seconds), tv_nsec: Int(time.nanoseconds))
        return [one, one]
    }
}
