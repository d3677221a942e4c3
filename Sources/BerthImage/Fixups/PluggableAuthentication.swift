internal import BerthArchive

/// `/etc/pam.d/common-*`, without which `su` fails, as pam-auth-update writes them from the packages' profiles (row 14).
///
/// Format: pam-auth-update(8). Profiles with `Default: yes`, highest priority first, fill the templates of libpam-runtime.
struct PluggableAuthentication: Fixup {
    private static let stacks: [(file: String, kind: String, variable: String)] = [
        ("account", "account", "account"), ("auth", "auth", "auth"), ("password", "password", "password"),
        ("session", "session", "session"), ("session-noninteractive", "session", "session_nonint"),
    ]

    func apply(_ packages: PackageSet, to tree: inout GeneratedTree) throws {
        let profiles = packages.contents(below: "usr/share/pam-configs")
            .map { PAMProfile($0.path.name, String(decoding: $0.bytes, as: UTF8.self)) }
            .sorted { ($1.priority, $0.file) < ($0.priority, $1.file) }
        guard !profiles.isEmpty else { return }
        let chosen = profiles.filter(\.isDefault)
        for stack in Self.stacks {
            guard let template = packages.contents(try ArchivePath(parsing: "usr/share/pam/common-\(stack.file)"))
            else {
                continue
            }
            let fitting = chosen.filter { stack.file != "session-noninteractive" || !$0.isInteractiveOnly }
            let primary = PAMBlock(stack.kind, fitting, isPrimary: true)
            let additional = PAMBlock(stack.kind, fitting, isPrimary: false)
            let text = String(decoding: template, as: UTF8.self)
                .replacing("$\(stack.variable)_primary\n", with: primary.text)
                .replacing("$\(stack.variable)_additional\n", with: additional.text)
            tree.file(try ArchivePath(parsing: "etc/pam.d/common-\(stack.file)"), text)
            tree.file(try ArchivePath(parsing: "var/lib/pam/\(stack.file)"), primary.state + additional.state)
        }
        tree.file("var/lib/pam/seen", profiles.map { $0.file + "\n" }.joined())
        if packages.holds("etc/security/access.conf") { tree.file("etc/security/opasswd", "", mode: 0o600) }
    }
}

/// One file of `/usr/share/pam-configs`: fields, some with lines of modules below them.
struct PAMProfile {
    let file: String
    private var fields: [String: [String]] = [:]

    init(_ file: String, _ text: String) {
        self.file = file
        var name = ""
        for line in text.split(separator: "\n") {
            if line.first == " " || line.first == "\t" {
                fields[name, default: []].append(String(line).trimmed)
            } else {
                name = line.prefix { $0 != ":" }.lowercased()
                let value = String(line.dropFirst(name.count + 1)).trimmed
                fields[name] = value.isEmpty ? [] : [value]
            }
        }
    }

    var isDefault: Bool { fields["default"] == ["yes"] }
    var isInteractiveOnly: Bool { fields["session-interactive-only"] == ["yes"] }
    var priority: Int { fields["priority"]?.first.flatMap { Int($0) } ?? 0 }

    func isPrimary(_ kind: String) -> Bool { fields["\(kind)-type"] == ["Primary"] }

    /// Its modules for a stack; the first profile of a block may have lines of its own (`Auth-Initial`).
    func modules(_ kind: String, isFirst: Bool) -> [String] {
        (isFirst ? fields["\(kind)-initial"] : nil) ?? fields[kind] ?? []
    }
}

/// The primary or additional part of a stack; an empty primary part lets everybody pass on.
private struct PAMBlock {
    private(set) var text = ""
    private(set) var state = ""

    init(_ kind: String, _ profiles: [PAMProfile], isPrimary: Bool) {
        let members = profiles.filter { $0.isPrimary(kind) == isPrimary }
        var modules = members.enumerated().map { index, profile in
            (name: profile.file, lines: profile.modules(kind, isFirst: index == 0))
        }.filter { !$0.lines.isEmpty }
        if modules.isEmpty && isPrimary { modules = [("null", ["[default=1]\t\t\tpam_permit.so"])] }
        var left = modules.reduce(0) { $0 + $1.lines.count }
        for module in modules {
            state += "Module: \(module.name)\n" + module.lines.map { $0 + "\n" }.joined()
            for line in module.lines {
                // `end` jumps over the rest of the block, and over the refusal that follows a primary one.
                text += "\(kind)\t" + rendered(line, jump: isPrimary ? left : left - 1) + "\n"
                left -= 1
            }
        }
    }

    private func rendered(_ line: String, jump: Int) -> String {
        let text = line.replacing("=end", with: jump > 0 ? "=\(jump)" : "=ok")
        let module = text.split(separator: "\t").last ?? ""
        return module.contains(" ") || text.hasPrefix("[default=1]") ? text : text + " "
    }
}
