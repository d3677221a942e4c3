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
    /// The checkout's folder and the home folder, as the job sees them.
    package let root: String
    package let home: String
    package let isRoot: Bool
    /// Those of the job's variables that the profile asked for.
    package let variables: [String: String]
    package let files: [SentFile]
}

/// What a job has to send for a profile.
package struct ProfileNeeds: Sendable, Codable, Equatable {
    /// Names or patterns of lockfiles and settings below the checkout.
    package let lockfiles: [String]
    /// Names of variables.
    package let variables: [String]

    package init(lockfiles: [String], variables: [String]) { (self.lockfiles, self.variables) = (lockfiles, variables) }
}

/// A key made from lockfiles.
package struct MadeKey: Sendable, Codable, Equatable {
    package let key: CacheKey
    package let restoreKeys: [CacheKey]
    package let version: String
    /// What each tree is called and where the job has it: `LABEL=/absolute/path`.
    package let paths: [String]

    package init(key: CacheKey, restoreKeys: [CacheKey], version: String, paths: [String]) {
        (self.key, self.restoreKeys, self.version, self.paths) = (key, restoreKeys, version, paths)
    }
}

/// Whoever makes keys from lockfiles: for the service the same one as for commands.
package protocol KeyMaking: Sendable {
    /// What a client has to send; throws `.usage` for a profile that is not known.
    func needs(of profile: String) throws -> ProfileNeeds

    /// Throws `.usage` where the files are none that the profile reads.
    func key(_ request: AskedKey) throws -> MadeKey
}
