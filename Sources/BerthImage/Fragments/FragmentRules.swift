package import BerthArchive

/// How packages become fragments; equal rules and an equal package give an equal fragment.
package struct FragmentRules: Codable, Sendable, Hashable {
    /// Raised whenever our code makes other bytes of the same package, or notes other facts of it.
    static let normaliser = 3

    package var removals: [Removal]
    package var compression: Compression = .standard

    package init(removals: [Removal], compression: Compression = .standard) {
        self.removals = removals.sorted { $0.rawValue < $1.rawValue }
        self.compression = compression
    }

    private enum CodingKeys: String, CodingKey { case removals }

    /// The name under which a fragment is kept: a digest of all that its bytes depend on.
    ///
    /// - Parameters:
    ///   - input: The package file.
    ///   - role: What is made of it, with options (`deb`, `wheel opt/venv 3.13 requested`).
    ///   - clamp: The newest time a member may have, in seconds since 1970.
    /// - Returns: The fragment's key.
    package func key(input: Digest, role: String, clamp: Int64) -> Digest {
        let parts =
            ["fragment \(Self.normaliser)", input.hex, role, "clamp \(clamp)", compression.identity]
            + removals.map(\.rawValue)
        return Digest.of(parts.joined(separator: "\n"))
    }
}

/// Files that a recipe leaves out of an image.
package enum Removal: String, Codable, Sendable, CaseIterable {
    /// Manuals, info pages, changelogs and examples; copyright files stay.
    case documentation
    /// Translations of messages; the C.UTF-8 locale stays.
    case locales

    /// Whether a path goes.
    ///
    /// Links right below `usr/share/doc` stay: they lead to copyright files.
    package func drops(_ path: ArchivePath) -> Bool {
        switch self {
        case .documentation:
            if path.isWithin("usr/share/doc") {
                return path.bytes.count(where: { $0 == UInt8(ascii: "/") }) > 3 && path.name != "copyright"
            }
            return ["usr/share/man", "usr/share/info", "usr/share/lintian", "usr/share/doc-base", "usr/share/gtk-doc"]
                .contains { path.relative(to: $0) != nil }
        case .locales: return path.relative(to: "usr/share/locale") != nil && path.name != "locale.alias"
        }
    }
}
