/// Absolute bounds on what a foreign archive may unfold to; ratios would not catch a bomb (quality.md §5.0).
package struct ArchiveLimits: Sendable {
    /// Bytes that the names of one archive may take together, and those of its folders.
    package static let names = 64 << 20

    package var entries = 500_000
    package var entrySize: Int64 = 4 << 30
    package var totalSize: Int64 = 16 << 30
    package init(entries: Int = 500_000, entrySize: Int64 = 4 << 30, totalSize: Int64 = 16 << 30) {
        self.entries = entries
        self.entrySize = entrySize
        self.totalSize = totalSize
    }
}
