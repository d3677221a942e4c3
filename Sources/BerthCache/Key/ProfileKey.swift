package import BerthLockfiles

/// A key made for a profile, and what it was made from.
package struct ProfileKey: Sendable {
    package let key: CacheKey
    /// Prefixes to try after it; none where an older entry does not help.
    package let restoreKeys: [CacheKey]
    /// What must be equal besides the key.
    package let version: String
    package let facts: KeyFacts
}

/// All that goes into a key.
package struct KeyFacts: Sendable, Equatable {
    /// One thing with its value, such as `python` and `cpython 3.11`.
    package struct Fact: Sendable, Hashable, Encodable {
        package let name: String
        package let value: String
    }

    /// A file and what it gave.
    package struct Source: Sendable, Hashable, Encodable {
        /// Below the checkout.
        package let name: String
        /// The format of a lockfile; nil for settings, and where bytes count.
        package let format: String?
        package let packages: Int
        package let shape: Int
        /// SHA-256 of its bytes, in hex; nil where they do not decide.
        package let digest: String?
    }

    package var profile = ""
    package var caches = CacheProfile.Contents.downloads
    package var mode = KeyMode.packages
    /// In the profile's order.
    package var toolchain: [Fact] = []
    /// Sorted.
    package var choices: [String] = []
    /// Variables and lines of settings, sorted; values that could be secret as a digest.
    package var settings: [Fact] = []
    /// By name.
    package var files: [Source] = []
    /// Sorted, each once.
    package var packages: [ExternalPackage] = []
    /// Sorted; empty for downloads.
    package var shape: [ShapeFact] = []
}
