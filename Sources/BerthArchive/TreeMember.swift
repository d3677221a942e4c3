/// One file, folder or link of an image, as a tar header describes it.
package struct TreeMember: Sendable, Equatable {
    /// What it is; the bytes of a file follow separately.
    package enum Kind: Sendable, Equatable {
        case file(size: Int64)
        case directory
        case symlink(target: String)
        /// Another name of a file that came before it in the same layer.
        case hardlink(to: ArchivePath)
    }

    /// Numeric owner and group.
    package struct Owner: Sendable, Hashable, Codable {
        package var user: UInt32
        package var group: UInt32
        package init(user: UInt32, group: UInt32) {
            self.user = user
            self.group = group
        }
        package static let root = Owner(user: 0, group: 0)
    }

    package var path: ArchivePath
    package var kind: Kind
    /// Permission bits with setuid, setgid and sticky: at most `0o7777`.
    package var mode: UInt16
    package var owner: Owner
    /// Seconds since 1970; image layers hold no fractions (they would need pax headers).
    package var modified: Int64

    package init(_ path: ArchivePath, _ kind: Kind, mode: UInt16, owner: Owner = .root, modified: Int64 = 0) {
        self.path = path
        self.kind = kind
        self.mode = mode
        self.owner = owner
        self.modified = modified
    }

    /// Bytes of contents that follow.
    package var size: Int64 {
        guard case .file(let size) = kind else { return 0 }
        return size
    }
}

/// Whoever takes the members of a tree one after another: each begun, then its bytes in pieces.
package protocol MemberSink: ~Copyable {
    /// Begins a member; the one before must be complete.
    mutating func begin(_ member: TreeMember) throws
    /// Adds bytes to the file begun last.
    mutating func append(_ bytes: RawSpan) throws
}

extension MemberSink where Self: ~Copyable {
    /// A member with all its bytes at once.
    package mutating func add(
        file path: ArchivePath, _ bytes: [UInt8], mode: UInt16 = 0o644, owner: TreeMember.Owner = .root, modified: Int64
    ) throws {
        try begin(TreeMember(path, .file(size: Int64(bytes.count)), mode: mode, owner: owner, modified: modified))
        if !bytes.isEmpty { try append(bytes) }
    }
}

/// Whoever takes plain bytes in pieces: a compressor, a hasher, a blob, memory.
package protocol ByteSink: ~Copyable {
    mutating func append(_ bytes: RawSpan) throws
}

extension ByteSink where Self: ~Copyable {
    package mutating func append(_ bytes: [UInt8]) throws { try unsafe append(bytes.span.bytes) }
}

extension MemberSink where Self: ~Copyable {
    package mutating func append(_ bytes: [UInt8]) throws { try unsafe append(bytes.span.bytes) }
}

/// Bytes collected in memory, for small things and tests.
package struct ByteBuffer: ByteSink, Sendable {
    package var bytes: [UInt8] = []
    package init() {}
    package mutating func append(_ span: RawSpan) {
        bytes.reserveCapacity(bytes.count + span.byteCount)
        unsafe span.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
    }
}
