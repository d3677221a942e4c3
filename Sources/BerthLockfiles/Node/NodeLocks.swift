package import BerthDocument

/// The lockfiles of Node's package managers: npm, pnpm and yarn.
package enum NodeLocks {
    /// The largest file of npm or yarn 1 read, in bytes; the lockfiles of the biggest workspaces known have some MiB.
    static let limit = 64 << 20
    /// The same for YAML, of which a byte can cost a hundred in memory; 16 MiB are some 30,000 packages.
    static let yamlLimit = 16 << 20

    /// Reads a lockfile; nil for formats of other ecosystems.
    ///
    /// Throws `DocumentFaults` with what is wrong and what to do about it: a file that is not whole, or of a version that
    /// is not known, has no result.
    package static func read(
        _ bytes: [UInt8], file: String, format: LockfileFormat
    ) throws(DocumentFaults) -> LockedDependencies? {
        switch format {
        case .packageLock: try PackageLockDependencies.read(bytes, file: file)
        case .pnpm: try PnpmLock.read(bytes, file: file)
        case .yarn: try YarnLock.read(bytes, file: file)
        case .requirements, .pylock, .uv, .poetry, .pdm, .pipfile: nil
        }
    }

    /// What to do about a lockfile of a version that this program does not know.
    static let newerRemedy = "use a newer Berth, or take the key from the file's bytes (--by files)"
}
