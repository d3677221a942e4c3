internal import BerthArchive

/// Small files in /etc that installers write (rows 5, 9, 10 and 14): name lookup, time zone, hosts, shells, mounts.
struct SystemFiles: Fixup {
    private static let hosts =
        "127.0.0.1\tlocalhost\n::1\t\tlocalhost ip6-localhost ip6-loopback\nff02::1\t\tip6-allnodes\n"
        + "ff02::2\t\tip6-allrouters\n\n"

    func apply(_ packages: PackageSet, to tree: inout GeneratedTree) throws {
        if let bytes = packages.contents("usr/share/libc-bin/nsswitch.conf") { tree.file("etc/nsswitch.conf", bytes) }
        if packages.holds("usr/share/zoneinfo/Etc/UTC") {
            tree.link("etc/localtime", to: "/usr/share/zoneinfo/Etc/UTC")
            if packages.isBeforeTrixie { tree.file("etc/timezone", "Etc/UTC\n") }
        }
        if let bytes = packages.contents("usr/share/readline/inputrc") { tree.file("etc/inputrc", bytes) }
        // netbase ships the other tables of names and writes these two.
        if packages.holds("etc/protocols") {
            tree.file("etc/hosts", Self.hosts)
            tree.file("etc/networks", "default\t\t0.0.0.0\nloopback\t127.0.0.0\nlink-local\t169.254.0.0\n\n")
        }
        tree.file("etc/environment", "")
        tree.file("etc/fstab", "# UNCONFIGURED FSTAB FOR BASE SYSTEM\n")
        tree.file("etc/hostname", "localhost\n")
        tree.file("etc/resolv.conf", "")
        tree.file("etc/machine-id", "", mode: 0o444)
        tree.link("etc/mtab", to: "../proc/self/mounts")
        addShells(packages, to: &tree)
    }

    /// debianutils' own shells and those that packages list in shells.d, each name once, as update-shells writes them.
    private func addShells(_ packages: PackageSet, to tree: inout GeneratedTree) {
        let first = packages.contents("usr/share/debianutils/shells") ?? []
        let parts = packages.contents(below: "usr/share/debianutils/shells.d").flatMap(\.bytes)
        var shells: [String] = []
        for line in String(decoding: first + parts, as: UTF8.self).split(separator: "\n") where line.hasPrefix("/") {
            // `/bin` is a link to `/usr/bin`: a shell named by the old path counts by the new one too.
            for spelling in line.hasPrefix("/bin/") ? [String(line), "/usr\(line)"] : [String(line)]
            where !shells.contains(spelling) { shells.append(spelling) }
        }
        guard !shells.isEmpty else { return }
        let text = shells.map { $0 + "\n" }.joined()
        tree.file("etc/shells", "# /etc/shells: valid login shells\n" + text)
        tree.file("var/lib/shells.state", text)
    }
}
