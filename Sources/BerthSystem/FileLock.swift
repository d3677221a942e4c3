internal import Foundation
package import SystemPackage

/// A lock on a file (flock(2)): it lives as long as the value and dies with the process, through any sleep.
package struct FileLock: ~Copyable, Sendable {
    package enum Kind: Sendable { case shared, exclusive }
    let descriptor: FileDescriptor

    private init(_ descriptor: FileDescriptor) { self.descriptor = descriptor }

    deinit { try? descriptor.close() }

    /// Takes the lock now, or nil when another process holds it; `options` are those of the opening.
    package static func tryAcquire(
        _ path: FilePath, _ kind: Kind, options: FileDescriptor.OpenOptions = .create
    ) throws -> FileLock? {
        let descriptor = try Files.open(path, .readWrite, options: options, permissions: .init(rawValue: 0o644))
        let operation = (kind == .shared ? LOCK_SH : LOCK_EX) | LOCK_NB
        while flock(descriptor.rawValue, operation) != 0 {
            let code = errno
            if code == EINTR { continue }
            try? descriptor.close()
            if code == EWOULDBLOCK { return nil }
            throw BerthError(errno: code, "lock", path.string)
        }
        return FileLock(descriptor)
    }

    /// Takes the lock, waiting at most `seconds`; the error names who holds it.
    package static func acquire(_ path: FilePath, _ kind: Kind, seconds: Double, purpose: String) throws -> FileLock {
        let end = DispatchTime.now() + seconds
        repeat {
            if let lock = try tryAcquire(path, kind) {
                if kind == .exclusive { lock.sign(purpose) }
                return lock
            }
            usleep(20_000)
        } while DispatchTime.now() < end
        let holder = (try? Files.readText(path, limit: 4096)) ?? ""
        throw BerthError(
            .locked, "another process holds the lock for \(purpose)", place: path.string,
            done: holder.isEmpty ? nil : "held by \(holder.escaped)",
            remedy: "wait until it ends, then run the same command again")
    }

    /// Writes who holds it into the file, for the error of whoever waits.
    private borrowing func sign(_ purpose: String) {
        let text = "process \(getpid()) (\(purpose)) since \(Date().ISO8601Format())"
        _ = ftruncate(descriptor.rawValue, 0)
        _ = try? descriptor.writeAll(toAbsoluteOffset: 0, text.utf8)
    }
}
