internal import Foundation
package import SystemPackage

extension Files {
    /// A whole small file; refuses one over `limit` bytes before reading it.
    package static func read(_ path: FilePath, limit: Int = 64 << 20) throws -> [UInt8] {
        let descriptor = try open(path, .readOnly)
        defer { try? descriptor.close() }
        var facts = stat()
        guard unsafe fstat(descriptor.rawValue, &facts) == 0 else {
            throw BerthError(errno: errno, "read", path.string)
        }
        guard facts.st_mode & S_IFMT == S_IFREG else {
            throw BerthError(.failed, "not a regular file", place: path.string)
        }
        guard Int(facts.st_size) <= limit else {
            throw BerthError(.failed, "the file is larger than \(limit) bytes", place: path.string)
        }
        return try readAll(descriptor, path, sizeHint: Int(facts.st_size), limit: limit)
    }

    /// All of standard input, up to `limit` bytes.
    package static func readInput(limit: Int = 64 << 20) throws -> [UInt8] {
        try readAll(.standardInput, "standard input", sizeHint: 0, limit: limit)
    }

    private static func readAll(
        _ descriptor: FileDescriptor, _ path: FilePath, sizeHint: Int, limit: Int
    ) throws -> [UInt8] {
        // One byte more than there should be: so the end is seen without another buffer.
        var wanted = max(sizeHint + 1, 4096)
        var bytes: [UInt8] = []
        while true {
            let part = try readPart(descriptor, path, upTo: wanted)
            // The first part may be all, and is no copy then.
            if bytes.isEmpty { bytes = part } else { bytes += part }
            guard bytes.count <= limit else {
                throw BerthError(.failed, "the file is larger than \(limit) bytes", place: path.string)
            }
            // Not once more: a terminal would have to be told twice that it ends.
            guard part.count == wanted else { return bytes }
            wanted = 1 << 16
        }
    }

    /// The next bytes, fewer than `count` at the end only.
    private static func readPart(
        _ descriptor: FileDescriptor, _ path: FilePath, upTo count: Int
    ) throws -> [UInt8] {
        do {
            return try unsafe Array(unsafeUninitializedCapacity: count) { buffer, filled in
                while filled < count {
                    let rest = unsafe UnsafeMutableBufferPointer(rebasing: buffer[filled...])
                    let read = try unsafe descriptor.read(into: UnsafeMutableRawBufferPointer(rest))
                    guard read > 0 else { return }
                    filled += read
                }
            }
        } catch let error as Errno { throw BerthError(errno: error.rawValue, "read", path.string) }
    }

    /// A whole small file as text.
    package static func readText(_ path: FilePath, limit: Int = 64 << 20) throws -> String {
        String(decoding: try read(path, limit: limit), as: UTF8.self)
    }

    /// Writes a file aside, then renames it into place: a reader sees the old contents or all of the new.
    ///
    /// `isDurable`: false for what nobody believes after a power cut.
    package static func writeAtomically(
        _ bytes: [UInt8], to path: FilePath, mode: UInt32 = 0o644, isDurable: Bool = true
    ) throws {
        try writeAtomically(to: path, mode: mode, isDurable: isDurable) { try $0(bytes[...]) }
    }

    /// Writes what `body` gives away, part by part, as `writeAtomically` does with bytes.
    package static func writeAtomically(
        to path: FilePath, mode: UInt32 = 0o644, isDurable: Bool = true,
        _ body: (_ take: @escaping (ArraySlice<UInt8>) throws -> Void) throws -> Void
    ) throws {
        let aside = path.removingLastComponent()
            .appending(".\(path.lastComponent?.string ?? "file").\(getpid()).\(UInt32.random(in: .min ... .max))")
        do {
            let descriptor = try open(
                aside, .writeOnly, options: [.create, .exclusiveCreate], permissions: .init(rawValue: mode_t(mode)))
            defer { try? descriptor.close() }
            try body { part in try unsafe writeAll(part.span.bytes, to: descriptor, aside) }
            if isDurable { try order(descriptor, aside) }
            try rename(aside, to: path)
        } catch {
            _ = try? remove(aside)
            throw error
        }
    }

    /// Writes text as `writeAtomically` does.
    package static func writeAtomically(_ text: String, to path: FilePath, mode: UInt32 = 0o644) throws {
        try writeAtomically(Array(text.utf8), to: path, mode: mode)
    }

    /// Writes all bytes at the descriptor's position.
    package static func writeAll(_ bytes: [UInt8], to descriptor: FileDescriptor, _ path: FilePath) throws {
        try unsafe writeAll(bytes.span.bytes, to: descriptor, path)
    }

    /// Writes all bytes at the descriptor's position.
    package static func writeAll(_ bytes: RawSpan, to descriptor: FileDescriptor, _ path: FilePath) throws {
        try unsafe bytes.withUnsafeBytes { buffer in
            do { _ = try unsafe descriptor.writeAll(buffer) } catch let error as Errno {
                throw BerthError(errno: error.rawValue, "write", path.string)
            }
        }
    }
}

extension Files {
    /// Exactly so many bytes from the descriptor's position; fewer mean that the file is cut short (`.damaged`).
    package static func read(_ descriptor: FileDescriptor, count: Int, _ path: FilePath) throws -> [UInt8] {
        var done = 0
        let bytes = try unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            while done < count {
                let target = unsafe UnsafeMutableRawBufferPointer(
                    rebasing: UnsafeMutableRawBufferPointer(buffer)[done...])
                do {
                    let got = try unsafe descriptor.read(into: target)
                    if got == 0 { break }
                    done += got
                } catch let error as Errno { throw BerthError(errno: error.rawValue, "read", path.string) }
            }
            initialized = done
        }
        guard done == count else { throw BerthError(.damaged, "the file is cut short", place: path.string) }
        return bytes
    }
}
