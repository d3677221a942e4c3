/// What one ecosystem caches: `cache/<name>.yaml` read and checked.
package struct CacheProfile: Sendable, Hashable {
    /// Small letters, digits and dashes; begins each of its keys.
    package var name = ""
    /// One line for people.
    package var title = ""
    package var caches = Contents.downloads
    /// How its keys are made unless somebody says otherwise.
    package var mode = KeyMode.packages
    /// Patterns of the lockfiles that count, from the checkout's folder on.
    package var lockfiles: [String] = []
    /// Those of them that tell that a project uses the tool.
    package var tells: [String] = []
    /// Names of the packages that count; empty where all do.
    package var packages: [String] = []
    /// Patterns of further files whose content counts, such as `.npmrc`.
    package var settings: [String] = []
    /// Names of variables whose values count.
    package var variables: [String] = []
    package var paths: [Path] = []
    /// Variables that keep the tool from caching at all.
    package var switches: [Switch] = []
    /// What must be equal besides what is locked.
    package var toolchain: [ToolchainFact] = []
    /// Whether an older entry helps, so that prefixes of the key are tried.
    package var partial = false
    /// The command that fills the paths, for `berth cache detect`.
    package var install: String?

    package init() {}

    /// What a cache is filled with, which decides what its key depends on.
    package enum Contents: String, Sendable, Hashable, CaseIterable {
        /// Files as they were fetched: the set of packages decides.
        case downloads
        /// An installed tree: all that shapes it decides too.
        case tree
    }

    /// One folder to keep.
    package struct Path: Sendable, Hashable {
        /// What its tree is called in an entry.
        package var label = ""
        /// Places in the order of preference; the first one whose variable is set counts.
        package var places: [PathTemplate] = []
        /// The same for Linux, for root on Linux, and for macOS, where they differ.
        package var linux: [PathTemplate]?
        package var linuxRoot: [PathTemplate]?
        package var macos: [PathTemplate]?
        /// Whether the tool takes `~/` at the beginning of a variable's value for the home folder.
        package var expandsTilde = true
        /// Patterns below it of what is left out.
        package var exclude: [String] = []
    }

    /// A variable with which a tool caches nothing, or elsewhere: `PIP_NO_CACHE_DIR`, `PLAYWRIGHT_BROWSERS_PATH=0`.
    package struct Switch: Sendable, Hashable {
        package let variable: String
        /// Nil where any value but a negative one counts.
        package let value: String?

        func isOn(_ environment: [String: String]) -> Bool {
            guard let found = environment[variable] else { return false }
            if let value { return found == value }
            return !["", "0", "false", "no", "off"].contains(found.lowercased())
        }
    }
}

/// How a key is made: from what lockfiles resolve to, or from their bytes.
package enum KeyMode: String, Sendable, Hashable, CaseIterable, Codable {
    case packages
    /// GitHub's `hashFiles`.
    case files
}
