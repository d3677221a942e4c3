internal import BerthArchive
internal import BerthPackages

/// dpkg's status file and the small files beside it, so that `dpkg -s`, apt-get and scanners know every package (row 6).
///
/// The packages' own `info/` files lie in their fragments. Format: deb-control(5), dpkg's `status` and `triggers/File`.
struct PackageDatabase: Fixup {
    func apply(_ packages: PackageSet, to tree: inout GeneratedTree) throws {
        let facts = packages.fragments.compactMap(\.debian)
        guard !facts.isEmpty else { return }
        let root: ArchivePath = "var/lib/dpkg"
        let stanzas = facts.map { StatusStanza($0) }.map { (key: $0["package"], text: $0.text) }.sorted {
            $0.key < $1.key
        }
        tree.file("var/lib/dpkg/status", stanzas.map { $0.text + "\n" }.joined())
        let architecture = packages.platform.architecture.rawValue
        tree.file("var/lib/dpkg/arch", architecture + "\n")
        if !packages.isBeforeTrixie { tree.file("var/lib/dpkg/arch-native", architecture + "\n") }
        tree.file("var/lib/dpkg/info/format", "1\n")
        for name in ["diversions", "triggers/Unincorp"] {
            tree.file(try ArchivePath(parsing: name).below(root), "")
        }
        tree.file("var/lib/dpkg/lock", "", mode: 0o640)
        tree.file("var/lib/dpkg/lock-frontend", "", mode: 0o640)
        for name in ["alternatives", "parts", "triggers", "updates"] {
            tree.folder(try ArchivePath(parsing: name).below(root))
        }
        try addTriggers(facts, to: &tree)
    }

    /// Who hears of which path or name, from the packages' `interest` lines (deb-triggers(5)).
    private func addTriggers(_ facts: [DebianFacts], to tree: inout GeneratedTree) throws {
        var paths: [String] = []
        var names: [String: [String]] = [:]
        for package in facts {
            for line in package.triggers.split(separator: "\n") {
                let words = line.split { $0 == " " || $0 == "\t" }.map(String.init)
                guard words.count == 2, words[0].hasPrefix("interest") else { continue }
                let listener = StatusStanza(package)["package"] + (words[0].hasSuffix("noawait") ? "/noawait" : "")
                if words[1].hasPrefix("/") {
                    paths.append("\(words[1]) \(listener)")
                } else if !words[1].contains("/") {
                    names[words[1], default: []].append(listener)
                }
            }
        }
        tree.file("var/lib/dpkg/triggers/File", paths.sorted().map { $0 + "\n" }.joined())
        for (name, listeners) in names {
            let text = listeners.sorted().map { $0 + "\n" }.joined()
            tree.file(try ArchivePath(parsing: "var/lib/dpkg/triggers/\(name)"), text)
        }
    }
}
