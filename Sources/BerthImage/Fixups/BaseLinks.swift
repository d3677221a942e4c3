internal import BerthArchive

/// Links that must lie in the first layer: a later link in place of a folder would delete what lower layers hold.
///
/// base-files ships `/var/run` and `/var/lock` as folders and its script turns them into links (images.md §2.3, row 7).
enum BaseLinks {
    private static let moved: [ArchivePath: String] = ["var/run": "/run", "var/lock": "/run/lock"]

    /// Whether a folder of this name becomes a link.
    static func replaces(_ path: ArchivePath) -> Bool { moved[path] != nil }

    /// The links, for the first layer; those that a package ships itself are left out.
    static func members(_ packages: PackageSet, date: Int64) -> [GeneratedMember] {
        var links = moved
        for alias in MergedUsr.aliases where !packages.holds(alias) && packages.reaches(alias.below("usr")) {
            links[alias] = "usr/\(alias)"
        }
        return links.sorted { $0.key < $1.key }.map { path, target in
            GeneratedMember(TreeMember(path, .symlink(target: target), mode: 0o777, modified: date))
        }
    }
}
