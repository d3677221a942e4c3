/// What a key is to be made of, by whoever has a checkout and no store: plain values, as they came.
package struct AskedKey: Sendable, Equatable {
    package var profile: String
    /// `packages` or `files`; nil for what the profile says.
    package var mode: String?
    /// What the job says of its tools, by name: `os`, `arch`, `libc`, `python-version` and so on.
    package var facts: [String: String] = [:]
    /// The checkout's folder and the home folder, as the job sees them.
    package var root: String
    package var home: String
    package var isRoot = false
    /// Those of the job's variables that the profile asked for.
    package var variables: [String: String] = [:]
    /// Patterns in the place of the profile's lockfiles; none for the profile's own.
    package var lockfiles: [String] = []
    /// Chosen groups and extras, each in a few words: `group dev`.
    package var choices: [String] = []
    /// What further trees are called in the entry.
    package var labels: [String] = []
    /// Files of the checkout; more than the profile reads does no harm.
    package var files: [PostedFile] = []
    /// Names that were asked for and are not there.
    package var absent: Set<String> = []

    package init(profile: String, root: String, home: String) {
        (self.profile, self.root, self.home) = (profile, root, home)
    }
}

/// What a job has to send for a profile.
package struct ProfileNeeds: Sendable, Codable, Equatable {
    /// Patterns of lockfiles below the checkout.
    package let lockfiles: [String]
    /// Patterns of settings, of which `!…` leave some out.
    package let settings: [String]
    /// Names of variables.
    package let variables: [String]
    /// Names of facts.
    package let facts: [String]
}

/// A key made from lockfiles.
package struct MadeKey: Sendable, Codable, Equatable {
    package let key: CacheKey
    package let restoreKeys: [CacheKey]
    package let version: String
    /// What each tree is called and where the job has it: `LABEL=/absolute/path`.
    package let paths: [String]
    /// What is left out of each tree: `LABEL=PATTERN`.
    package let excludes: [String]

    init(_ made: ProfileKey, of profile: CacheProfile, _ paths: [ProfilePath]) {
        (key, restoreKeys, version) = (made.key, made.restoreKeys, made.version)
        self.paths = ProfilePaths.toSave(paths).map { "\($0.label)=\($0.path)" }
        excludes = profile.paths.flatMap { path in path.exclude.map { "\(path.label)=\($0)" } }
    }
}

/// What comes of asking for a key.
package enum KeyAnswer: Sendable, Equatable {
    case made(MadeKey)
    case send(WantedFiles)
}

/// Files that those which came include: they are needed too.
package struct WantedFiles: Sendable, Codable, Equatable {
    package let send: [String]
}
