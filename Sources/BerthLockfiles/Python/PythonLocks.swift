/// Hands out the bytes of a file that a lockfile names; the path is the lockfile's own folder joined with what it says.
package typealias IncludedFile = (_ path: String) throws -> [UInt8]

/// The lockfiles of Python's tools.
enum PythonLocks {
    /// Reads a lockfile's bytes; nil for formats of other languages.
    ///
    /// Throws `DocumentFaults` with all that is wrong, and what `including` throws. Only requirements ask that for
    /// files (`-r`, `-c`); without it such lines are faults.
    static func read(
        _ bytes: [UInt8], file: String, format: LockfileFormat, including: IncludedFile? = nil
    ) throws -> LockedDependencies? {
        switch format {
        case .requirements: try RequirementsReader(including: including).read(bytes, file: file)
        case .pylock: try PylockFacts().read(bytes, file: file)
        case .uv: try UvLock().read(bytes, file: file)
        case .poetry: try PoetryLock().read(bytes, file: file)
        case .pdm: try PdmLock().read(bytes, file: file)
        case .pipfile: try PipfileLock().read(bytes, file: file)
        case .packageLock, .pnpm, .yarn: nil
        }
    }
}
