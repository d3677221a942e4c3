internal import BerthArchive

/// Commands that several packages offer (`awk`, `cc`, `which` …): links, and update-alternatives' database (row 4).
///
/// File format: update-alternatives(1) and its `altdb` reader: status, link, slaves, blank line, then each choice.
struct Alternatives: Fixup {
    func apply(_ packages: PackageSet, to tree: inout GeneratedTree) throws {
        let all = packages.fragments.flatMap { $0.debian?.alternatives ?? [] }.filter {
            packages.holds(absolute: $0.path)
        }
        for (name, choices) in Dictionary(grouping: all, by: \.name).sorted(by: { $0.key < $1.key }) {
            let sorted = choices.sorted { ($0.path) < ($1.path) }
            guard let best = sorted.max(by: { $0.priority < $1.priority }) else { continue }
            try link(best.link, name, best.path, packages, &tree)
            for slave in best.slaves where packages.holds(absolute: slave.path) {
                try link(slave.link, slave.name, slave.path, packages, &tree)
            }
            tree.file(try ArchivePath(parsing: "var/lib/dpkg/alternatives/\(name)"), database(best.link, sorted))
        }
    }

    private func link(
        _ link: String, _ name: String, _ path: String, _ packages: PackageSet, _ tree: inout GeneratedTree
    ) throws {
        let place = try ArchivePath(parsing: String(link.drop { $0 == "/" }))
        guard !packages.recipe.removals.contains(where: { $0.drops(place) }),
            let merged = MergedUsr.placed(place, isFolder: false), !packages.holds(merged)
        else { return }
        tree.link(merged, to: "/etc/alternatives/\(name)")
        tree.link(try ArchivePath(parsing: "etc/alternatives/\(name)"), to: path)
    }

    private func database(_ link: String, _ choices: [Alternative]) -> String {
        var slaves: [String: String] = [:]
        for slave in choices.flatMap(\.slaves) { slaves[slave.name] = slave.link }
        let names = slaves.keys.sorted()
        var lines = ["auto", link] + names.flatMap { [$0, slaves[$0] ?? ""] } + [""]
        for choice in choices {
            lines += [choice.path, "\(choice.priority)"]
            lines += names.map { name in choice.slaves.first { $0.name == name }?.path ?? "" }
        }
        return (lines + ["", ""]).joined(separator: "\n")
    }
}
