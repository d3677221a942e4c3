package import BerthReport

/// Compares two locks, package by package.
package enum LockChanges {
    package static func between(_ before: Lock?, _ after: Lock) -> [LockReport.Change] {
        after.platforms.flatMap { part -> [LockReport.Change] in
            let old = versions(before?.platform(part.platform))
            let new = versions(part)
            return Set(old.keys).union(new.keys).sorted().compactMap { name in
                guard old[name] != new[name] else { return nil }
                return .init(platform: "\(part.platform)", package: name, before: old[name], after: new[name])
            }
        }
    }

    /// Versions by name; npm may put several of one package into a tool, and all of them count.
    private static func versions(_ part: LockedPlatform?) -> [String: String] {
        guard let part else { return [:] }
        let debian = part.debian.map { ($0.name, $0.version) }
        let wheels = part.wheels.map { ("\($0.name) (PyPI)", $0.version) }
        let tools = (part.tools ?? []).flatMap { tool in tool.files.map { ("\($0.name) (\(tool.name))", $0.version) } }
        return Dictionary(grouping: debian + wheels + tools, by: \.0)
            .mapValues { Set($0.map(\.1)).sorted().joined(separator: ", ") }
    }
}
