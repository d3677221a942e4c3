internal import Foundation
internal import SystemPackage

/// Names that lead down from a folder, as one path for calls of the system.
///
/// For looking at many names quickly: links on the way are followed, so whoever relies on what is found has looked at each
/// folder on the way too.
package struct NamePath {
    /// With the zero that ends it.
    private var bytes: [UInt8] = [0]
    /// By depth: where the name of that depth ends.
    private var ends = [0]

    package init() {}

    /// How many names it has.
    package var depth: Int { ends.count - 1 }

    /// Makes a name the last one; `depth`: 1 for what lies in the folder itself, at most one more than before.
    ///
    /// `name`: where it stands in `text`.
    package mutating func set(_ text: [UInt8], _ name: Range<Int>, at depth: Int) {
        precondition((1...ends.count).contains(depth), "a name has no folder")
        ends.removeLast(ends.count - depth)
        bytes.removeLast(bytes.count - ends[depth - 1])
        if depth > 1 { bytes.append(0x2F) }
        // Not as a slice: threads that share a text would count its users against each other.
        for index in name { bytes.append(text[index]) }
        ends.append(bytes.count)
        bytes.append(0)
    }

    /// Back to no name.
    package mutating func clear() {
        guard depth > 0 else { return }
        ends.removeLast(depth)
        bytes.removeLast(bytes.count - 1)
        bytes[0] = 0
    }

    fileprivate func withText<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
        unsafe Self.give(bytes, to: body)
    }

    private static func give<Result>(
        _ bytes: UnsafeRawPointer, to body: (UnsafePointer<CChar>) -> Result
    ) -> Result { unsafe body(bytes.assumingMemoryBound(to: CChar.self)) }
}

extension Folder {
    /// What lies at the end of a path, which is no longer than the system takes; nil where nobody can say it.
    package func facts(_ path: borrowing NamePath) -> EntryFacts? {
        var facts = stat()
        let result = unsafe path.withText { unsafe fstatat(descriptor.rawValue, $0, &facts, AT_SYMLINK_NOFOLLOW) }
        return result == 0 ? EntryFacts(facts) : nil
    }

    /// Opens the folder at the end of a path; for messages it is this one.
    package func folder(_ path: borrowing NamePath) throws -> Folder {
        let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
        let opened = try call("open the folder", self.path.string) {
            unsafe path.withText { unsafe openat(descriptor.rawValue, $0, flags) }
        }
        return Folder(origin, FileDescriptor(rawValue: opened))
    }

    /// The names in the folder at the end of a path, sorted by bytes.
    package func names(_ path: borrowing NamePath) throws -> [Name] {
        try path.depth > 0 ? folder(path).names() : names()
    }
}
