package import BerthArchive
package import BerthSystem

/// What an entry holds, as names and digests: one tree for each path of its profile.
///
/// Contents lie in packs, named by the digest of each chunk. Its bytes depend on the trees alone, not on the packs.
package struct TreeManifest: Sendable, Equatable {
    /// What each tree is called: the path as the profile declares it (`~/.cache/uv`, `.venv`).
    package var labels: [String] = []
    /// Contents, each once, by first use.
    package var chunks: [Chunk] = []
    /// Depth first; names in a folder by bytes.
    ///
    /// Each tree begins with a member of depth 0.
    package var members = MemberList()

    package init() {}

    /// A piece of a file's content: whole files up to `largest`, pieces of that size of larger ones.
    package struct Chunk: Sendable, Hashable {
        package let digest: Digest
        /// In bytes.
        package let size: Int

        /// Bounds memory, and lets a large file be restored by several threads.
        package static let largest = 8 << 20

        /// How many chunks a file of so many bytes has.
        static func count(of size: Int64) -> Int { Int(size / Int64(largest)) + (size % Int64(largest) == 0 ? 0 : 1) }

        package init(digest: Digest, size: Int) { (self.digest, self.size) = (digest, size) }
    }

    /// One name in a tree.
    ///
    /// Slices: of the list's own arrays where it was read from one.
    package struct Member: Sendable, Equatable {
        /// Empty for the first of a tree.
        package var name: ArraySlice<UInt8>
        /// 0 for the first of a tree, one more than the folder's for what is in it.
        package var depth: Int
        /// The lower twelve bits of the mode.
        package var permissions: UInt16
        package var modified: FileTime
        package var content: Content

        package init(
            name: ArraySlice<UInt8>, depth: Int, permissions: UInt16, modified: FileTime, content: Content
        ) {
            (self.name, self.depth, self.permissions) = (name, depth, permissions)
            (self.modified, self.content) = (modified, content)
        }
    }

    package enum Content: Sendable, Equatable {
        case folder
        case file(File)
        /// A symlink with its target as it stands.
        case link(ArraySlice<UInt8>)
        /// A second name of the file with that index.
        case sameFile(as: Int)
    }

    package struct File: Sendable, Equatable {
        /// Indexes into `chunks`.
        package var chunks: ArraySlice<Int>
        /// The time in a .pyc's header, which chunks have as zero: installing again changes nothing else in it.
        package var stamp: UInt32?
        /// Whether runs of zeros are left out on the disk.
        package var isSparse = false

        package init(chunks: ArraySlice<Int>, stamp: UInt32? = nil, isSparse: Bool = false) {
            (self.chunks, self.stamp, self.isSparse) = (chunks, stamp, isSparse)
        }
    }
}

extension TreeManifest {
    /// Bytes that the trees' files have together; a file with several names counts once.
    package var byteCount: ByteCount {
        ByteCount(
            members.indices.reduce(0) { sum, member in
                members.chunks(of: member).reduce(sum) { $0 + Int64(chunks[$1].size) }
            })
    }

    /// Files with several names, by each of them.
    var linked: Set<Int> {
        var linked: Set<Int> = []
        for member in members.indices {
            if let first = members.firstName(of: member) { linked.formUnion([first, member]) }
        }
        return linked
    }

    /// The content of a file; that of nothing for all that is none.
    func content(of member: Int) -> FileContent {
        guard case .file(let file) = members[member].content else { return FileContent() }
        return FileContent(chunks: file.chunks.map { chunks[$0].digest }, stamp: file.stamp)
    }

    /// Bytes of a file.
    package func size(of file: File) -> Int64 { file.chunks.reduce(0) { $0 + Int64(chunks[$1].size) } }

    /// How many files, links and second names it has.
    package var fileCount: Int { members.indices.count { !members.isFolder($0) } }

    /// What tells one content from another: all but times, which every installation sets anew.
    package var identity: Digest {
        var hasher = Hasher()
        ManifestCoding.encode(self, isTimeless: true) { hasher.update($0) }
        return hasher.finalize()
    }
}
