/// What is asked of Debian: a suite, an architecture and the packages wanted.
package struct DebianRequest: Sendable {
    /// Code name or archive name, as `trixie`.
    package var suite: String
    package var architecture: DebianArchitecture
    /// Package names in the user's order; `apt` comes only when it is named, though apt counts itself as needed.
    package var packages: [String]
    /// Whether recommended packages come along (apt's own default is yes, Berth's is no).
    package var recommends = false
    /// Whether the packages marked `Essential: yes` come along.
    package var essential = true
    /// Whether `<suite>-updates` and `<suite>-security` are read as well.
    package var updates = true
    package var security = true
    /// Archive sections: main, contrib, non-free, non-free-firmware.
    package var components = ["main"]

    package init(suite: String, architecture: DebianArchitecture, packages: [String], recommends: Bool = false) {
        self.suite = suite
        self.architecture = architecture
        self.packages = packages
        self.recommends = recommends
    }
}
