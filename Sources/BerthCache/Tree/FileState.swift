internal import BerthSystem

/// What must be the same of a file for its content to be the same, as stat(2) has it.
struct FileState: Sendable, Equatable {
    /// Good for one file system.
    let inode: UInt64
    /// In bytes.
    let size: Int64
    // The parts of the times, not the times: forty bytes a file and not forty-eight, for trees have many.
    private let seconds: (modified: Int64, changed: Int64)
    private let fractions: (modified: UInt32, changed: UInt32)

    init(_ facts: EntryFacts) {
        self.init(inode: facts.inode, size: facts.size, modified: facts.modified, changed: facts.changed)
    }

    init(inode: UInt64, size: Int64, modified: FileTime, changed: FileTime) {
        (self.inode, self.size) = (inode, size)
        seconds = (modified.seconds, changed.seconds)
        fractions = (UInt32(modified.nanoseconds), UInt32(changed.nanoseconds))
    }

    var modified: FileTime { FileTime(seconds: seconds.modified, nanoseconds: Int64(fractions.modified)) }
    /// The last change of contents or attributes.
    var changed: FileTime { FileTime(seconds: seconds.changed, nanoseconds: Int64(fractions.changed)) }

    static func == (left: FileState, right: FileState) -> Bool {
        left.inode == right.inode && left.size == right.size && left.seconds == right.seconds
            && left.fractions == right.fractions
    }
}
