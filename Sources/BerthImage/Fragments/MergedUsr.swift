internal import BerthArchive

/// Where files of `/bin`, `/sbin` and `/lib*` lie in an image: below `/usr`, the old names being links.
///
/// trixie's base-files ships those links; bookworm's packages still ship the old paths (images.md §2.3, row 1).
enum MergedUsr {
    static let aliases: [ArchivePath] = ["bin", "sbin", "lib", "lib32", "lib64", "libx32", "libo32"]

    /// The path below `/usr`; nil for the folder that a link replaces.
    static func placed(_ path: ArchivePath, isFolder: Bool) -> ArchivePath? {
        guard let alias = aliases.first(where: { path.isWithin($0) }) else { return path }
        if path == alias { return isFolder ? nil : path }
        return path.below("usr")
    }
}
