internal import BerthSystem
package import SystemPackage

/// One tree of an entry and where it goes.
package struct Destination: Sendable {
    /// As the entry has it.
    package let label: String
    package let path: FilePath

    package init(label: String, path: FilePath) { (self.label, self.path) = (label, path) }
}
