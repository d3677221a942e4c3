internal import BerthArchive

/// Folders and defaults that base-files' script makes (row 7), and apt's own folders.
struct BaseFolders: Fixup {
    private static let plain: [ArchivePath] = [
        "media", "mnt", "opt", "srv", "etc/opt", "var/opt", "usr/local", "usr/local/bin", "usr/local/etc",
        "usr/local/games", "usr/local/include", "usr/local/lib", "usr/local/sbin",
        "usr/local/share", "usr/local/share/man", "usr/local/src",
    ]
    private static let defaults: [(from: ArchivePath, to: ArchivePath)] = [
        ("usr/share/base-files/dot.profile", "root/.profile"), ("usr/share/base-files/dot.bashrc", "root/.bashrc"),
        ("usr/share/base-files/profile", "etc/profile"), ("usr/share/base-files/motd", "etc/motd"),
        ("usr/share/base-files/info.dir", "usr/share/info/dir"),
    ]

    func apply(_ packages: PackageSet, to tree: inout GeneratedTree) throws {
        guard packages.contents("usr/share/base-files/profile") != nil else { return }
        for path in Self.plain { tree.folder(path) }
        if packages.isBeforeTrixie { tree.file("var/log/faillog", "") } else { tree.folder("usr/local/libexec") }
        tree.folder("var/mail", mode: 0o2775, owner: .init(user: 0, group: 8))
        tree.folder("run/lock", mode: 0o1777)
        tree.link("var/spool/mail", to: "../mail")
        tree.link("usr/local/man", to: "share/man")
        tree.link("etc/dpkg/origins/default", to: "debian")
        for (from, to) in Self.defaults {
            if let bytes = packages.contents(from), !packages.recipe.removals.contains(where: { $0.drops(to) }) {
                tree.file(to, bytes)
            }
        }
        for (name, mode) in [("wtmp", 0o664), ("btmp", 0o660), ("lastlog", 0o664)] as [(String, UInt16)] {
            let path = try ArchivePath(parsing: "var/log/\(name)")
            tree.file(path, "", mode: mode, owner: .init(user: 0, group: 43))
        }
        if let user = Accounts.fetcher(packages) { addAptFolders(user, &tree) }
    }

    /// `_apt` fetches into the partial folders.
    private func addAptFolders(_ user: UInt32, _ tree: inout GeneratedTree) {
        tree.folder("var/lib/apt/lists/partial", mode: 0o700, owner: .init(user: user, group: 0))
        tree.folder("var/cache/apt/archives/partial", mode: 0o700, owner: .init(user: user, group: 0))
    }
}
