package import BerthArchive
package import BerthPackages

/// Every file that goes into an image, by hash; no address of any server.
///
/// Written by `berth image lock` next to the recipe, read by every build, kept with each version.
package struct Lock: Codable, Sendable, Equatable {
    /// The format's number; raised when old programs could misread it.
    package static let format = 1

    package var format = Lock.format
    /// Digest of the recipe's canonical form: a lock fits one recipe.
    package var recipe: Digest
    /// Newest date among the packages, in seconds since 1970: no file of the image is newer.
    package var epoch: Int64
    package var suites: [LockedSuite]
    package var platforms: [LockedPlatform]

    /// The part for one platform.
    package func platform(_ wanted: Platform) -> LockedPlatform? { platforms.first { $0.platform == wanted } }

    /// The part of it that an image for those platforms is made of: what happens to another one's packages is no news to it.
    func restricted(to wanted: [Platform]) -> Lock {
        var lock = self
        lock.platforms = platforms.filter { wanted.contains($0.platform) }
        lock.epoch = lock.platforms.map { epoch(of: $0) }.max() ?? epoch
        return lock
    }

    /// Newest date among one platform's packages, in seconds since 1970.
    func epoch(of part: LockedPlatform) -> Int64 { part.dates.max().map { min($0, epoch) } ?? epoch }

    /// All package files, without repetition.
    package var files: [LockedFile] {
        var seen: Set<Digest> = []
        return platforms.flatMap(\.files).filter { seen.insert($0.digest).inserted }
    }
}

/// A Debian suite as it was when the lock was made.
package struct LockedSuite: Codable, Sendable, Equatable {
    package let name: String
    /// `13.8`, where the suite states one.
    package let version: String?
    /// The release file's date, in seconds since 1970: a snapshot server of that day still has the files.
    package let date: Int64
}

/// What one platform's image is made of, in the order of installation.
package struct LockedPlatform: Codable, Sendable, Equatable {
    package let platform: Platform
    /// `3.13.5`, where the image has Python.
    package let python: String?
    package var debian: [LockedPackage]
    package var wheels: [LockedWheel]
    /// Nil where the recipe names none.
    package var tools: [LockedTool]?

    /// All its package files.
    package var files: [LockedFile] {
        debian.map(\.file) + wheels.map(\.file) + (tools ?? []).flatMap(\.files).map(\.file)
    }
}

/// A file to be had from somewhere: what is checked when it comes.
package struct LockedFile: Sendable, Hashable {
    package let name: String
    package let digest: Digest
    package let size: ByteCount
}

/// A Debian package in a lock.
package struct LockedPackage: Codable, Sendable, Equatable {
    package let name: String
    package let version: String
    package let architecture: String
    package let source: String
    package let suite: String
    package let archive: DebianArchiveKind
    /// Path below the archive's address (`pool/…`).
    package let path: String
    package let size: ByteCount
    package let sha256: Digest
    /// When the package was made, in seconds since 1970.
    package let date: Int64
    /// The layer it goes into, kept from lock to lock.
    package var layer: String

    package var file: LockedFile {
        LockedFile(name: path.split(separator: "/").last.map(String.init) ?? name, digest: sha256, size: size)
    }

    /// The stem of its files in `/var/lib/dpkg/info` (dpkg: `name:arch` for Multi-Arch: same).
    func databaseName(control: String) -> String {
        let isSame = control.split(separator: "\n").contains { $0.lowercased().hasPrefix("multi-arch: same") }
        return isSame ? "\(name):\(architecture)" : name
    }
}

/// A Python wheel in a lock.
package struct LockedWheel: Codable, Sendable, Equatable {
    package let name: String
    package let version: String
    package let fileName: String
    package let size: ByteCount
    package let sha256: Digest
    /// Upload time where the index states it, else the newest member's time; seconds since 1970.
    package let date: Int64
    /// Whether the recipe names it, rather than another package needing it.
    package let requested: Bool

    package var file: LockedFile { LockedFile(name: fileName, digest: sha256, size: size) }
}
