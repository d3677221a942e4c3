internal import BerthArchive
internal import BerthLockfiles
internal import BerthSystem

/// Makes keys: `<profile>-<os>-<arch>-<toolchain>-<hash>`.
///
/// Pure, so that the service makes the same key from what a client sends as a command makes from a checkout.
package enum KeyMaker {
    /// Makes the key; throws `.usage` where a lockfile can't be read, none is there, or the toolchain is not known.
    package static func make(_ request: KeyRequest) throws -> ProfileKey { try make(request, read(request)) }

    /// What of a key does not depend on the toolchain.
    struct Contents: Sendable {
        var facts: KeyFacts
        /// The key's end where bytes count, and not what they say.
        var hash: String?
    }

    /// Reads a request's files: while the machine's programs are asked for the toolchain, which is not looked at.
    static func read(_ request: KeyRequest) throws -> Contents {
        try request.check()
        var contents = Contents(facts: KeyFacts())
        contents.facts.profile = request.profile.name
        (contents.facts.caches, contents.facts.mode) = (request.profile.caches, request.mode)
        contents.facts.choices = Set(request.choices).sorted()
        let reader = KeyFiles(request)
        contents.facts.settings = variables(request) + (try reader.settings())
        switch request.mode {
        case .packages: try reader.locked(into: &contents.facts)
        case .files:
            let hashed = try request.hashed ?? HashFiles.files(request.lockfiles, among: request.files)
            guard !hashed.isEmpty else { throw reader.nothing }
            contents.facts.files += hashed.map {
                .init(name: $0.name, format: nil, packages: 0, shape: 0, digest: $0.digest.hex)
            }
            contents.hash = HashFiles.value(hashed)
        }
        return contents
    }

    /// Makes the key of what was read.
    static func make(_ request: KeyRequest, _ contents: Contents) throws -> ProfileKey {
        var facts = contents.facts
        facts.toolchain = try toolchain(request)
        let start = try prefix(request)
        let hash = contents.hash ?? String(facts.digest.hex.prefix(32))
        return ProfileKey(
            key: try CacheKey(start + hash), restoreKeys: request.profile.partial ? [try CacheKey(start)] : [],
            version: facts.version(request.labels), facts: facts)
    }

    /// The part of a key that people read: no two toolchains that differ in it share a prefix.
    private static func prefix(_ request: KeyRequest) throws -> String {
        let facts = request.profile.toolchain
        var parts = [request.profile.name]
        for fact in [ToolchainFact.system, .architecture] where facts.contains(fact) {
            parts.append(try request.toolchain.value(of: fact))
        }
        let finest: [ToolchainFact: ToolchainFact] = [.pythonVersion: .python, .nodeVersion: .node]
        var shorts: [String] = []
        for fact in facts {
            let named = finest[fact] ?? fact
            guard let short = try request.toolchain.short(named), !shorts.contains(short) else { continue }
            shorts.append(short)
        }
        if shorts.isEmpty, facts.contains(.libc) {
            shorts = [try request.toolchain.value(of: .libc).replacing(" ", with: "")]
        }
        let text = (parts + shorts).joined(separator: "-") + "-"
        return String(text.map { $0 == "," || $0.isWhitespace ? "_" : $0 })
    }

    private static func toolchain(_ request: KeyRequest) throws -> [KeyFacts.Fact] {
        try request.profile.toolchain.flatMap { fact in
            if fact == .place {
                return try request.profile.paths.map { path in
                    guard let place = request.places[path.label] else {
                        throw BerthError(
                            .usage, "the key depends on where \(path.label) lies, and nobody says it",
                            remedy: "send the place of each tree")
                    }
                    return KeyFacts.Fact(name: "place of \(path.label)", value: place)
                }
            }
            return [KeyFacts.Fact(name: fact.rawValue, value: try request.toolchain.value(of: fact))]
        }
    }

    /// Only those that are set: an absent variable and an empty one mean the same to all these tools.
    private static func variables(_ request: KeyRequest) -> [KeyFacts.Fact] {
        request.profile.variables.sorted()
            .compactMap { name in
                guard let value = request.variables[name], !value.isEmpty else { return nil }
                return .init(name: "$" + name, value: SettingText.shown(value))
            }
    }
}
