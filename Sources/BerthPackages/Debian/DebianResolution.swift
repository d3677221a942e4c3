/// What a request came to: the packages, and the state of the suites they were chosen from.
package struct DebianResolution: Sendable {
    package let architecture: DebianArchitecture
    package let suites: [DebianSuiteFacts]
    /// Sorted by name.
    package let packages: [DebianPackage]
}

/// A suite as its signed Release file describes it.
package struct DebianSuiteFacts: Sendable, Equatable {
    /// As it was asked for: `trixie`, `trixie-updates`, `trixie-security`.
    package let name: String
    package let codename: String
    /// The point release (`13.8`); nil where the suite has none.
    package let version: String?
    /// When the archive made the Release file, in seconds since 1970.
    package let date: Int64
    package let archive: DebianArchiveKind
}
