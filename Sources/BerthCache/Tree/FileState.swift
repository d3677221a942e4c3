internal import BerthSystem

/// What must be the same of a file for its content to be the same, as stat(2) has it.
struct FileState: Sendable, Hashable {
    /// Good for one file system.
    let inode: UInt64
    /// In bytes.
    let size: Int64
    let modified: FileTime
    /// The last change of contents or attributes.
    let changed: FileTime

    init(_ facts: EntryFacts) {
        self.init(inode: facts.inode, size: facts.size, modified: facts.modified, changed: facts.changed)
    }

    init(inode: UInt64, size: Int64, modified: FileTime, changed: FileTime) {
        (self.inode, self.size, self.modified, self.changed) = (inode, size, modified, changed)
    }
}
