/// What a lockfile locks: the packages that come from outside of the project, and what else shapes a tree that is
/// installed from them.
///
/// Two lockfiles with equal `packages` fill a download store with the same files; with equal `packages` and `shape`
/// they give the same installed tree (for the same tool, options and machine).
package struct LockedDependencies: Sendable, Equatable {
    package let format: LockfileFormat
    /// Sorted, each once.
    package let packages: [ExternalPackage]
    /// Sorted, each once.
    package let shape: [ShapeFact]

    package init(format: LockfileFormat, packages: some Sequence<ExternalPackage>, shape: some Sequence<ShapeFact>) {
        self.format = format
        self.packages = packages.sortedOnce()
        self.shape = shape.sortedOnce()
    }
}

/// One package from outside of the project, as a lockfile names it.
package struct ExternalPackage: Sendable, Hashable {
    /// As the ecosystem compares names: normalised for Python, as written for npm.
    package let name: String
    /// As written; empty where the lockfile states none (a direct address).
    package let version: String
    /// Hashes as written, `algorithm:value` or SRI, sorted; several where the package has several files.
    package let integrity: [String]
    /// Where the lockfile has it from: a registry, an address, a repository with its commit; without credentials.
    package let source: String

    package init(name: String, version: String, integrity: some Sequence<String> = [], source: String = "") {
        self.name = name
        self.version = version
        self.integrity = Set(integrity).sorted()
        self.source = source
    }
}

extension ExternalPackage: Comparable {
    /// Field by field: by name, version, source, then hashes.
    package static func < (left: Self, right: Self) -> Bool {
        let (own, other) = ((left.name, left.version, left.source), (right.name, right.version, right.source))
        return own == other ? left.integrity.lexicographicallyPrecedes(right.integrity) : own < other
    }
}

/// One thing a lockfile says that shapes an installed tree: `node_modules/a` · `depends on b` · `^1.0.0`.
package struct ShapeFact: Sendable, Hashable {
    /// What it is about: a place in the tree, a package, an importer (workspace), or the lockfile's settings.
    package let subject: String
    /// What is said of it, in a few fixed words and perhaps a name.
    package let aspect: String
    package let value: String

    package init(_ subject: String, _ aspect: String, _ value: String = "") {
        (self.subject, self.aspect, self.value) = (subject, aspect, value)
    }
}

extension ShapeFact: Comparable {
    package static func < (left: Self, right: Self) -> Bool {
        if left.subject != right.subject { return left.subject < right.subject }
        if left.aspect != right.aspect { return left.aspect < right.aspect }
        return left.value < right.value
    }
}

extension Sequence where Element: Comparable {
    /// Sorted, each once: lockfiles are nearly in order, which sorting makes use of and a set would lose.
    package func sortedOnce() -> [Element] {
        var once: [Element] = []
        for element in sorted() where element != once.last { once.append(element) }
        return once
    }
}
