package import BerthCache

/// A lockfile that a job sent.
package struct SentFile: Sendable, Equatable {
    /// As the job has it below its root folder: `web/package-lock.json`.
    package let name: String
    package let bytes: [UInt8]
}

/// What a key is to be made of.
package struct AskedKey: Sendable, Equatable {
    package let profile: String
    /// `packages` or `files`; nil for what the profile says.
    package let mode: String?
    /// What the job says of its tools, by name: `os`, `arch`, `libc`, `python-version` and so on.
    package let facts: [String: String]
    package let files: [SentFile]
}

/// A key made from lockfiles.
package struct MadeKey: Sendable, Codable, Equatable {
    package let key: CacheKey
    package let restoreKeys: [CacheKey]
    package let version: String
    /// What the trees are called, as the profile declares them.
    package let paths: [String]

    package init(key: CacheKey, restoreKeys: [CacheKey], version: String, paths: [String]) {
        (self.key, self.restoreKeys, self.version, self.paths) = (key, restoreKeys, version, paths)
    }
}

/// Whoever makes keys from lockfiles: for the service the same one as for commands.
package protocol KeyMaking: Sendable {
    /// Names or patterns of the lockfiles that a profile reads, for the client to send.
    ///
    /// Throws `.usage` for a profile that is not known.
    func lockfiles(of profile: String) throws -> [String]

    /// Throws `.usage` where the files are none that the profile reads.
    func key(_ request: AskedKey) throws -> MadeKey
}
