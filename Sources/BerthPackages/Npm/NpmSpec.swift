/// What a dependent asks for: the text after a package's name in `dependencies`.
package enum NpmSpec: Sendable, Hashable {
    case version(NpmVersion)
    case range(NpmRange)
    /// A name that the registry gives to one version: `latest`, `next`.
    case tag(String)
    /// Another package under this name: `npm:other@^1`.
    indirect case alias(name: String, NpmSpec)
    /// A folder, an address or a git repository: nothing that a registry has.
    case elsewhere(String)

    package init(_ text: some StringProtocol) {
        let spec = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        if spec.lowercased().hasPrefix("npm:") {
            let (name, rest) = Self.split(spec.dropFirst(4))
            let inner = NpmSpec(rest)
            if case .alias = inner { self = .elsewhere(spec) } else { self = .alias(name: name, inner) }
        } else if spec.contains("/") || spec.contains(":") || spec.hasPrefix(".") || spec.hasPrefix("~/")
            || [".tgz", ".tar.gz", ".tar"].contains(where: spec.lowercased().hasSuffix)
        {
            self = .elsewhere(spec)
        } else if let version = NpmVersion(spec) {
            self = .version(version)
        } else if let range = NpmRange(spec) {
            self = .range(range)
        } else {
            self = .tag(spec)
        }
    }

    /// `name@spec` taken apart; without a spec it is `*`.
    static func split(_ text: some StringProtocol) -> (name: String, spec: String) {
        let start = text.hasPrefix("@") ? text.index(after: text.startIndex) : text.startIndex
        guard let mark = text[start...].firstIndex(of: "@") else { return (String(text), "*") }
        let spec = text[text.index(after: mark)...]
        return (String(text[..<mark]), spec.isEmpty ? "*" : String(spec))
    }
}

/// Names of npm packages.
package enum NpmName {
    /// Whether a text is a package's name: `name` or `@scope/name`, of the characters that need no escape in a URL.
    package static func isValid(_ name: some StringProtocol) -> Bool {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        guard name.utf8.count <= 214, let last = parts.last else { return false }
        if parts.count == 2 { return parts[0].hasPrefix("@") && isPart(parts[0].dropFirst()) && isPart(last) }
        return parts.count == 1 && isPart(last) && last.lowercased() != "node_modules"
    }

    private static func isPart(_ part: some StringProtocol) -> Bool {
        guard let first = part.utf8.first, first != UInt8(ascii: "."), first != UInt8(ascii: "_") else { return false }
        return part.utf8.allSatisfy { unit in
            (0x30...0x39).contains(unit) || (0x41...0x5A).contains(unit) || (0x61...0x7A).contains(unit)
                || "-_.~!'()*".utf8.contains(unit)
        }
    }

    /// The name without its scope.
    package static func base(_ name: String) -> String { name.split(separator: "/").last.map(String.init) ?? name }

    /// `@scope` where there is one.
    package static func scope(_ name: String) -> String? {
        name.hasPrefix("@") ? name.split(separator: "/").first.map(String.init) : nil
    }
}
