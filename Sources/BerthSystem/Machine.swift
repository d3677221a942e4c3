internal import Foundation
package import SystemPackage

/// Facts about the machine and this process.
package enum Machine {
    /// What people call the system: `Linux` or `macOS`.
    package static var systemName: String { Platform.systemName() }

    /// Processors that may run at once.
    package static var processors: Int { ProcessInfo.processInfo.activeProcessorCount }

    /// Bytes of memory that the machine has.
    package static var memory: Int64 { Int64(clamping: ProcessInfo.processInfo.physicalMemory) }

    /// This process.
    package static var processIdentifier: Int32 { getpid() }

    /// Whether a process of that number runs, whoever's it is (kill(2), signal 0).
    package static func isRunning(_ process: Int32) -> Bool { process > 0 && (kill(process, 0) == 0 || errno == EPERM) }

    /// Readies this process for large trees: it may open as many files as its user may, up to 16,384, where macOS begins
    /// with 256 (setrlimit(2)), and large blocks of memory go back to the system as soon as they are free.
    package static func prepareForTrees() {
        Platform.returnLargeBlocks()
        var limit = rlimit()
        guard unsafe getrlimit(Platform.openFiles, &limit) == 0, limit.rlim_cur < 16_384 else { return }
        limit.rlim_cur = min(limit.rlim_max, 16_384)
        _ = unsafe setrlimit(Platform.openFiles, &limit)
    }

    /// Ends this process once all is done, without the libraries' own cleaning up, which nobody needs then.
    package static func leave(_ status: Int32) -> Never {
        fflush(nil)
        _exit(status)
    }

    /// The user behind this process.
    package static var userIdentifier: UInt32 { getuid() }

    /// A name for this boot; a record of another boot describes processes that are gone.
    package static var bootIdentity: String { Platform.bootIdentity() }

    /// The running program.
    package static var executable: FilePath? { Platform.executable().map { FilePath($0) } }

    /// Whether a descriptor is a terminal.
    package static func isTerminal(_ descriptor: FileDescriptor) -> Bool { isatty(descriptor.rawValue) == 1 }

    /// Columns of the terminal on a descriptor.
    package static func columns(_ descriptor: FileDescriptor) -> Int? { Platform.columns(descriptor.rawValue) }

    /// Seconds since 1970, of the wall clock.
    package static var now: Int64 { Int64(Date().timeIntervalSince1970) }

    /// The kind of a network or shared file system that a store must not lie on; nil for a local one.
    package static func sharedFileSystem(at path: FilePath) -> String? {
        FileSystemKind(at: path).flatMap { $0.isShared ? $0.name : nil }
    }

    /// A variable of the environment; nil when absent or empty.
    package static func environment(_ name: String) -> String? {
        ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// All variables of the environment.
    package static var variables: [String: String] { ProcessInfo.processInfo.environment }

    /// Bytes that a user may still write on the file system of a path (statvfs(3)); nil where nobody can tell.
    package static func freeSpace(at path: FilePath) -> Int64? {
        let facts = try? FileManager.default.attributesOfFileSystem(forPath: path.string)
        return (facts?[.systemFreeSize] as? NSNumber)?.int64Value
    }

    /// The user's home folder.
    package static var home: FilePath { FilePath(environment("HOME") ?? NSHomeDirectory()) }
}

extension Machine {
    /// Sets the character type of the locale to UTF-8 once: libarchive misreads or crashes on other names without it.
    package static func useUTF8() { _ = localeSet }

    private static let localeSet: Bool = ["C.UTF-8", "UTF-8", "en_US.UTF-8"].contains { (name: String) in
        unsafe setlocale(LC_CTYPE, name) != nil
    }
}

extension Machine {
    /// Opens the null device for each standard stream that the caller closed: else the next file that is opened takes
    /// its number, and gets what was meant for people.
    ///
    /// Standard output can only be read then, so that a result that is written there fails (EBADF), and is not lost.
    package static func holdStandardStreams() {
        while let descriptor = try? FileDescriptor.open(FilePath("/dev/null"), .readWrite) {
            guard descriptor != .standardOutput else {
                try? descriptor.close()
                _ = try? FileDescriptor.open(FilePath("/dev/null"), .readOnly)
                continue
            }
            guard descriptor.rawValue > 2 else { continue }
            try? descriptor.close()
            return
        }
    }
}

extension Machine {
    /// SOURCE_DATE_EPOCH in seconds since 1970, where it is set; anything but a whole number is an error.
    package static func sourceDateEpoch() throws -> Int64? {
        guard let text = environment("SOURCE_DATE_EPOCH") else { return nil }
        if let value = Int64(text), (0..<1 << 33).contains(value) { return value }
        throw BerthError(
            .usage, "SOURCE_DATE_EPOCH is not a number of seconds since 1970", place: text.escaped,
            remedy: "unset it, or set it to a whole number")
    }
}
