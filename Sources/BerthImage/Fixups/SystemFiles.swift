internal import BerthArchive

/// Small files in /etc that installers write (rows 5, 9, 10 and 14): name lookup, time zone, hosts, shells, mounts.
struct SystemFiles: Fixup {
    func apply(_ packages: PackageSet, to tree: inout GeneratedTree) throws {
        if let bytes = packages.contents("usr/share/libc-bin/nsswitch.conf") { tree.file("etc/nsswitch.conf", bytes) }
        if packages.holds("usr/share/zoneinfo/Etc/UTC") {
            tree.link("etc/localtime", to: "/usr/share/zoneinfo/Etc/UTC")
            tree.file("etc/timezone", "Etc/UTC\n")
        }
        if let bytes = packages.contents("usr/share/readline/inputrc") { tree.file("etc/inputrc", bytes) }
        tree.file("etc/environment", "")
        tree.file("etc/fstab", "# UNCONFIGURED FSTAB FOR BASE SYSTEM\n")
        tree.file("etc/hostname", "localhost\n")
        tree.file("etc/hosts", "127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n")
        tree.file("etc/networks", "default\t\t0.0.0.0\nloopback\t127.0.0.0\nlink-local\t169.254.0.0\n")
        tree.file("etc/resolv.conf", "")
        tree.file("etc/machine-id", "", mode: 0o444)
        tree.link("etc/mtab", to: "../proc/self/mounts")
        addShells(packages, to: &tree)
    }

    /// The shells that the image holds, in both spellings, as update-shells lists them.
    private func addShells(_ packages: PackageSet, to tree: inout GeneratedTree) {
        let shells = ["sh", "bash", "rbash", "dash"].filter { packages.holds(absolute: "/usr/bin/\($0)") }
        let lines = shells.flatMap { ["/bin/\($0)", "/usr/bin/\($0)"] }
        tree.file("etc/shells", (["# /etc/shells: valid login shells"] + lines).joined(separator: "\n") + "\n")
    }
}
