package import BerthArchive
package import BerthPackages

/// A program that Debian has not, or not in the wanted version, with the sources that it may come from.
///
/// A lock takes the first source that answers and records which: builds never choose.
package struct Tool: Codable, Sendable, Equatable {
    package var name: String
    /// Why the image is of use without it; nil: without it there is no image.
    package var optional: String?
    package var sources: [ToolSource]

    /// The layer of all tools: it changes with them and with nothing else.
    static let layer = "tools"
}

/// One source of a tool: where it is found, and what of it goes where.
package struct ToolSource: Codable, Sendable, Equatable {
    package var origin: Origin
    /// Files and folders of the archive and their places; empty for an npm package that is installed as npm does it.
    package var take: [Placement] = []
    package var links: [Link] = []

    /// Where a tool's files are found.
    package enum Origin: Codable, Sendable, Equatable {
        /// One wheel of a Python index, without what it depends on; the requirement as pip writes it.
        case wheel(String)
        /// An npm package with what it depends on, below a prefix; `{cpu}` in its name is npm's word for the processor.
        case npm(NpmInstallation)
        /// A project's npm packages, as a lock beside the recipe has them.
        case lockfile(NpmProject)
        /// An archive by address; hashes by platform.
        case archive(ToolArchive)
    }

    /// A symbolic link that the source's own installer would have made.
    package struct Link: Codable, Sendable, Equatable {
        package var path: ArchivePath
        package var target: String
    }
}

/// A global installation of one npm package, as `npm install --global --prefix` makes it.
package struct NpmInstallation: Codable, Sendable, Equatable {
    /// `pnpm@11`, `node-linux-{cpu}@24`.
    package var package: String
    package var prefix: ArchivePath = "usr/local"
    /// Packages that bring scripts which are not run, each with the reason why it works without them.
    package var scripts: [String: String] = [:]
}

/// npm packages for use by a project's own path, as `npm ci --omit=dev` installs them.
package struct NpmProject: Codable, Sendable, Equatable {
    /// The `package-lock.json`, below the recipe's folder.
    package var path: String
    /// Of its contents, so that a changed one asks for a new lock.
    package var digest: Digest
    /// The folder that gets `node_modules`.
    package var prefix: ArchivePath
    package var scripts: [String: String] = [:]
    /// The contents; not part of the canonical form, which holds their digest.
    package var bytes: [UInt8] = []

    private enum CodingKeys: String, CodingKey { case path, digest, prefix, scripts }
}

/// A tar archive of a vendor's, one for each platform.
package struct ToolArchive: Codable, Sendable, Equatable {
    /// `https://host/node-v24.1.0-linux-{cpu}.tar.xz`.
    package var address: String
    package var hashes: [Platform: Digest]
    /// Leading components of each name that are dropped.
    package var strip: Int = 1
    /// The program's version, where the recipe says it; else the hash stands for it.
    package var version: String?
}
