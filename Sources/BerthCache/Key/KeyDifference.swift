package import BerthLockfiles

/// Why two keys differ.
package struct KeyDifference: Sendable {
    /// A package that both have, in other versions or files.
    package struct Change: Sendable, Hashable, Encodable {
        package let name: String
        package let before: [String]
        package let after: [String]
    }

    /// A fact with what it was before and what it is after; nil where it is not there.
    package struct Turn: Sendable, Hashable, Encodable {
        package let name: String
        package let before: String?
        package let after: String?
    }

    package let before: ProfileKey
    package let after: ProfileKey
    package let added: [ExternalPackage]
    package let removed: [ExternalPackage]
    package let changed: [Change]
    /// Toolchain, choices, settings, and where bytes count the digests of files.
    package let facts: [Turn]
    package let newShape: [ShapeFact]
    package let goneShape: [ShapeFact]

    /// Whether the keys are the same.
    package var isSame: Bool { before.key == after.key && before.version == after.version }

    /// Compares two keys of one profile.
    package init(_ before: ProfileKey, _ after: ProfileKey) {
        (self.before, self.after) = (before, after)
        let (old, new) = (Set(before.facts.packages), Set(after.facts.packages))
        let (gone, fresh) = (old.subtracting(new), new.subtracting(old))
        let both = Set(gone.map(\.name)).intersection(fresh.map(\.name))
        added = fresh.filter { !both.contains($0.name) }.sorted()
        removed = gone.filter { !both.contains($0.name) }.sorted()
        changed = both.sorted().map { name in
            let (left, right) = (gone.filter { $0.name == name }, fresh.filter { $0.name == name })
            return Self.change(name, left.sorted(), right.sorted())
        }
        let (shape, others) = (Set(before.facts.shape), Set(after.facts.shape))
        newShape = others.subtracting(shape).sorted()
        goneShape = shape.subtracting(others).sorted()
        facts = Self.turns(Self.all(before.facts), Self.all(after.facts))
    }

    /// Versions, and where those are equal what else tells the two apart.
    private static func change(_ name: String, _ old: [ExternalPackage], _ new: [ExternalPackage]) -> Change {
        let (before, after) = (old.map(\.version), new.map(\.version))
        guard before == after else { return Change(name: name, before: before, after: after) }
        let sources = (old.map(\.source), new.map(\.source))
        func texts(_ packages: [ExternalPackage]) -> [String] {
            packages.map { package in
                let more = sources.0 == sources.1 ? package.integrity.joined(separator: " ") : package.source
                return more.isEmpty ? package.version : "\(package.version) (\(more))"
            }
        }
        return Change(name: name, before: texts(old), after: texts(new))
    }

    private static func all(_ facts: KeyFacts) -> [(name: String, value: String)] {
        let tools = facts.toolchain.map { ($0.name, $0.value) }
        let choices = facts.choices.map { ("chosen", $0) }
        let digests = facts.files.compactMap { file in file.digest.map { ("file \(file.name)", $0) } }
        return tools + choices + facts.settings.map { ($0.name, $0.value) } + digests
    }

    /// Names may repeat: values of one name are compared as sets.
    private static func turns(
        _ before: [(name: String, value: String)], _ after: [(name: String, value: String)]
    ) -> [Turn] {
        let old = Dictionary(grouping: before, by: \.name).mapValues { $0.map(\.value).sorted() }
        let new = Dictionary(grouping: after, by: \.name).mapValues { $0.map(\.value).sorted() }
        return Set(old.keys).union(new.keys).sorted()
            .compactMap { name in
                guard old[name] != new[name] else { return nil }
                return Turn(
                    name: name, before: old[name]?.joined(separator: ", "), after: new[name]?.joined(separator: ", "))
            }
    }
}
