package import BerthArchive

/// A tool in a lock: the source that was taken, and its files.
package struct LockedTool: Codable, Sendable, Equatable {
    package let name: String
    /// Which of the recipe's sources it is, from 0 on.
    package let choice: Int
    package let version: String
    /// The files in the order of installation; of an npm package with what it depends on.
    package let files: [LockedToolFile]
}

/// A wheel, npm package or archive that a tool is made of.
package struct LockedToolFile: Codable, Sendable, Equatable {
    /// Where it is asked for, as the recipe says.
    package enum Kind: String, Codable, Sendable { case wheel, npm, archive }

    package let kind: Kind
    /// The project's or package's name.
    package let name: String
    package let version: String
    package let fileName: String
    package let size: ByteCount
    package let sha256: Digest
    /// What npm's registry promises of it (Subresource Integrity); npm packages only.
    package var integrity: Integrity?
    /// Where npm puts it (`node_modules/a/node_modules/b`); npm packages only.
    package var location: ArchivePath?
    /// The commands it brings and their files, where the registry says; npm packages only.
    package var commands: [String: ArchivePath]?
    /// True where the recipe names the npm package itself.
    package var requested: Bool?
    /// Upload time where the index states it, else the newest member's time; seconds since 1970.
    package let date: Int64

    var isRequested: Bool { requested == true }

    package var file: LockedFile { LockedFile(name: fileName, digest: sha256, size: size) }
}
