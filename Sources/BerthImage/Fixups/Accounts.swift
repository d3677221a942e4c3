internal import BerthArchive
internal import Foundation

/// `/etc/passwd`, `/etc/group` and their shadows, from base-passwd's masters, with the recipe's user.
///
/// Row 2 of images.md §2.3; base-passwd's postinst copies the masters, passwd's makes the shadow files.
struct Accounts: Fixup {
    func apply(_ packages: PackageSet, to tree: inout GeneratedTree) throws {
        guard let users = packages.contents("usr/share/base-passwd/passwd.master"),
            let groups = packages.contents("usr/share/base-passwd/group.master")
        else { return }
        var passwd = lines(users).map { shadowed($0) }
        var group = lines(groups).map { shadowed($0) }
        let locked = group.count
        if let user = Self.fetcher(packages), !passwd.contains(where: { $0.hasPrefix("_apt:") }) {
            passwd.append("_apt:x:\(user):65534::/nonexistent:/usr/sbin/nologin")
        }
        if packages.holds(SecureShellAgent.path) { group.append("_ssh:x:\(SecureShellAgent.group):") }
        if let user = packages.recipe.user, user.name != "root" {
            passwd.append("\(user.name):x:\(user.id):\(user.id)::\(user.home):\(user.shell)")
            group.append("\(user.name):x:\(user.id):")
            try addHome(user, packages, to: &tree)
        }
        let days = tree.date / 86_400
        tree.file("etc/passwd", text(passwd))
        tree.file("etc/group", text(group))
        let shadow = TreeMember.Owner(user: 0, group: 42)
        tree.file("etc/shadow", text(passwd.map { "\(name($0)):*:\(days):0:99999:7:::" }), mode: 0o640, owner: shadow)
        tree.file(
            "etc/gshadow", text(group.enumerated().map { "\(name($1)):\($0 < locked ? "*" : "!")::" }), mode: 0o640,
            owner: shadow)
        tree.file("etc/subuid", "")
        tree.file("etc/subgid", "")
    }

    /// The user that apt fetches as: in base-passwd's master since trixie, before that the first system user that
    /// adduser makes. Nil without apt.
    static func fetcher(_ packages: PackageSet) -> UInt32? {
        guard packages.holds("usr/bin/apt-get") else { return nil }
        let users = String(decoding: packages.contents("usr/share/base-passwd/passwd.master") ?? [], as: UTF8.self)
        let known = users.split(separator: "\n").first { $0.hasPrefix("_apt:") }
        return known.flatMap { $0.split(separator: ":").dropFirst(2).first }.flatMap { UInt32($0) } ?? 100
    }

    /// The home folder with what `/etc/skel` holds, owned by the user.
    private func addHome(_ user: Recipe.User, _ packages: PackageSet, to tree: inout GeneratedTree) throws {
        let home = try ArchivePath(parsing: String(user.home.drop { $0 == "/" }))
        let owner = TreeMember.Owner(user: UInt32(user.id), group: UInt32(user.id))
        tree.folder(home, owner: owner)
        for (path, bytes) in packages.contents(below: "etc/skel") {
            guard let inside = path.relative(to: "etc/skel") else { continue }
            tree.file(inside.below(home), bytes, owner: owner)
        }
    }

    private func lines(_ bytes: [UInt8]) -> [String] {
        String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    private func text(_ lines: [String]) -> String { lines.joined(separator: "\n") + "\n" }

    private func name(_ line: String) -> Substring { line.prefix { $0 != ":" } }

    /// The master's `*` in the password field becomes `x`: the password is in the shadow file.
    private func shadowed(_ line: String) -> String {
        var fields = line.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        if fields.count > 1 { fields[1] = "x" }
        return fields.joined(separator: ":")
    }
}

/// ssh-agent is setgid to a group of its own, so that other processes of the user can't trace it (row 11).
enum SecureShellAgent {
    static let path: ArchivePath = "usr/bin/ssh-agent"
    /// The first free system group, as addgroup gives it on an empty trixie.
    static let group: UInt32 = 101

    static func adjust(_ member: inout TreeMember) {
        guard member.path == path else { return }
        member.mode = 0o2755
        member.owner.group = group
    }
}
