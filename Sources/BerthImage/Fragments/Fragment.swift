package import BerthArchive
package import Foundation

/// One package as a compressed run of tar members (files and links, no folders), and the facts that layers need of it.
///
/// The run is kept in the store beside this record; both are derived and may be dropped at any time.
package struct Fragment: Codable, Sendable {
    /// One gzip member or zstd frame of the run: sizes in bytes.
    package struct Chunk: Codable, Sendable, Equatable {
        package let compressed: Int
        package let expanded: Int
    }

    /// A folder that the package ships; it goes into the layer's skeleton and not into the run.
    package struct Folder: Codable, Sendable {
        package let path: ArchivePath
        package let mode: UInt16
        package let owner: TreeMember.Owner
        package let modified: Int64
    }

    /// `libc6 2.41-12`, for messages.
    package var name = ""
    package var folders: [Folder] = []
    /// Files and links in the order of the run.
    package var paths: [ArchivePath] = []
    package var chunks: [Chunk] = []
    /// Bytes of the files once unpacked.
    package var unpacked = ByteCount(0)
    /// Newest time of a member, after clamping.
    package var newest: Int64 = 0
    /// Contents of small files that fix-ups read, by path.
    package var captured: [String: Data] = [:]
    /// What a Debian package brings beyond files.
    package var debian: DebianFacts?
    /// What the package says of its licence and makers.
    package var statement: PackageStatement?
    /// npm packages inside a tool's file; nil where nobody has looked for them.
    package var bundled: [BundledPackage]?
    /// Shared libraries, for the linker's cache.
    package var libraries: [SharedLibrary] = []
    /// Members that keep setuid or setgid bits.
    package var privileged: [ArchivePath] = []

    /// Bytes of the run before and after compression.
    package var expandedSize: Int { chunks.reduce(0) { $0 + $1.expanded } }
    package var compressedSize: Int { chunks.reduce(0) { $0 + $1.compressed } }
}

/// What dpkg's database and the fix-ups need of a Debian package.
package struct DebianFacts: Codable, Sendable {
    /// The control stanza, as the package has it.
    package var control = ""
    /// Configuration files with the MD5 that dpkg records, in the package's order.
    package var configuration: [ConfigurationFile] = []
    /// Alternatives that the postinst registers, read from its text and never run.
    package var alternatives: [Alternative] = []

    /// The triggers file: what other packages' actions it wants to hear of.
    package var triggers = ""

    package struct ConfigurationFile: Codable, Sendable {
        package let path: String
        /// MD5 of the contents, or dpkg's words for a file that is to go (`newconffile remove-on-upgrade`).
        package let state: String
    }
}

/// A shared library or a link to one, as ldconfig sees it.
package struct SharedLibrary: Codable, Sendable {
    package let path: ArchivePath
    /// DT_SONAME of a real file; nil for links and for libraries without one.
    package let soname: String?
}
