/// The key of a package in a pnpm lockfile: `name@1.0.0`, with `(peer@2.0.0)` for a copy that was made for peers;
/// `/name@1.0.0` in version 6.
struct PnpmPath {
    /// The key without what stands in brackets at its end.
    let base: String
    let name: String
    /// Empty where an address stands in place of a version.
    let version: String

    init(_ key: String, _ lock: PnpmLock.Version) {
        base = Self.withoutPeers(key)
        let isRegistry = lock == .nine || base.hasPrefix("/")
        guard isRegistry, let spec = PackageSpec(lock == .six ? base.dropFirst() : base[...]) else {
            (name, version) = (base, "")
            return
        }
        (name, version) = (spec.name, spec.rest.contains(":") ? "" : spec.rest)
    }

    /// What a reference among dependencies means: the key that it leads to; nil for links out of the lockfile.
    ///
    /// As pnpm's own `refToRelative` reads it (`@pnpm/dependency-path`).
    static func target(_ reference: String, of name: String, _ lock: PnpmLock.Version) -> String? {
        if reference.hasPrefix("link:") { return nil }
        switch lock {
        case .nine:
            if reference.hasPrefix("@") { return reference }
            guard let at = reference.firstIndex(of: "@") else { return "\(name)@\(reference)" }
            let before = reference[..<at]
            return before.contains(":") || before.contains("(") ? "\(name)@\(reference)" : reference
        case .six:
            if reference.hasPrefix("file:") { return reference }
            let plain = reference.prefix { $0 != "(" }
            return plain.contains("/") ? reference : "/\(name)@\(reference)"
        }
    }

    /// The brackets are matched from the end: a path may hold some of its own.
    private static func withoutPeers(_ key: String) -> String {
        var bytes = Array(key.utf8)[...]
        while bytes.last == UInt8(ascii: ")") {
            var depth = 0
            let start = bytes.lastIndex { byte in
                if byte == UInt8(ascii: ")") { depth += 1 }
                if byte == UInt8(ascii: "(") { depth -= 1 }
                return depth == 0
            }
            guard let start, start > bytes.startIndex else { return key }
            bytes = bytes[..<start]
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
