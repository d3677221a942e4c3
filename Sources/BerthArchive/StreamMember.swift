package import BerthSystem

/// One name of a tree on its way through a tar stream: bytes as they are, UTF-8 or not, its time to the nanosecond.
///
/// Image layers have `TreeMember`, whose names are UTF-8 and whose times are whole seconds.
package struct StreamMember: Sendable, Equatable {
    /// What it is; the bytes of a file follow separately.
    package enum Kind: Sendable, Equatable {
        case folder
        case file(size: Int64)
        /// A symlink with its target as it stands.
        case link(to: [UInt8])
        /// A second name of a file that came before.
        case sameFile(as: [UInt8])
        /// A pipe or a device: no tree may hold one, but what is left out of a tree may be anything.
        case special
    }

    /// Without a slash at its end.
    package var name: [UInt8]
    package var kind: Kind
    /// The lower twelve bits of the mode.
    package var permissions: UInt16
    package var modified: FileTime

    package init(_ name: [UInt8], _ kind: Kind, permissions: UInt16, modified: FileTime) {
        (self.name, self.kind, self.permissions, self.modified) = (name, kind, permissions, modified)
    }

    /// Bytes of contents that follow.
    package var size: Int64 {
        guard case .file(let size) = kind else { return 0 }
        return size
    }

    /// Header blocks: ustar, before it whatever ustar cannot say.
    package var header: [UInt8] {
        var blocks: [UInt8] = []
        appendHeader(to: &blocks)
        return blocks
    }

    /// Adds the header blocks to a stream.
    package func appendHeader(to stream: inout [UInt8]) { StreamHeader.append(self, to: &stream) }

    /// Zeros that fill the last block of its contents.
    package var padding: [UInt8] { [UInt8](repeating: 0, count: Self.padding(size)) }

    /// How many zeros fill the last block of so many bytes.
    package static func padding(_ size: Int64) -> Int { Int((512 - size % 512) % 512) }

    /// The two empty blocks that end a stream.
    package static let end = [UInt8](repeating: 0, count: 1024)
}
