package import BerthArchive
internal import BerthStore

/// What an image holds: `images/<name>/berth.yaml` read and checked.
///
/// Its canonical form is its JSON encoding with sorted keys; a lock carries the digest of that, so a comment or another
/// order of keys changes nothing.
package struct Recipe: Codable, Sendable, Equatable {
    package var name = ""
    package var title = ""
    package var builder = Builder.packages
    package var platforms: [Platform] = []
    package var debian = Debian()
    package var python: Python?
    /// Programs that Debian has not.
    ///
    /// Nil and not empty, so that recipes without any keep their canonical form.
    package var tools: [Tool]?
    /// Where Playwright finds the image's browser.
    package var browsers: Browsers?
    package var user: User?
    package var environment: [String: String] = [:]
    package var entrypoint: [String] = []
    package var command: [String] = []
    package var directory = "/"
    package var labels: [String: String] = [:]
    package var files: [File] = []
    package var removals: [Removal] = []
    /// At most so many layers, by origin and size.
    package var layers = 8
    package var tests: [SmokeTest] = []

    /// Who makes the image: Berth out of packages, or an engine out of a Dockerfile.
    package enum Builder: Codable, Sendable, Equatable {
        case packages
        /// File below the recipe's folder.
        case dockerfile(String)
    }

    /// Debian packages of one suite with its updates and security suites.
    package struct Debian: Codable, Sendable, Equatable {
        package var suite = ""
        package var packages: [String] = []
        package var recommends = false
    }

    /// Python requirements for a virtual environment.
    package struct Python: Codable, Sendable, Equatable {
        package var folder: ArchivePath = "opt/venv"
        package var requirements: [String] = []
    }

    /// The user that jobs run as.
    package struct User: Codable, Sendable, Equatable {
        package var name: String
        package var id: Int
        package var home: String
        package var shell: String
    }

    /// A file that the recipe brings along, inline or from a folder beside it.
    package struct File: Codable, Sendable, Equatable {
        package var path: ArchivePath
        package var mode: UInt16
        package var owner: UInt32
        package var digest: Digest
        /// The contents; not part of the canonical form, which holds their digest.
        package var bytes: [UInt8] = []

        private enum CodingKeys: String, CodingKey { case path, mode, owner, digest }
    }

    /// A command that must succeed in a container of the finished image.
    package struct SmokeTest: Codable, Sendable, Equatable {
        package var run: String
        /// Text that its output must hold.
        package var expects: String?
        /// Why it runs only where the engine needs no emulator for the image; nil: everywhere.
        package var native: String?
    }

    /// Digest of the canonical form.
    package var checksum: Digest {
        get throws { Digest.of(try CanonicalJSON.encode(self)) }
    }
}
