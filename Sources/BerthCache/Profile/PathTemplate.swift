internal import SystemPackage

/// A place as a profile writes it: `$PIP_CACHE_DIR`, `$XDG_CACHE_HOME/pip`, `~/.cache/pip`, `.venv`, `/opt/cache`.
package struct PathTemplate: Sendable, Hashable {
    /// What the place begins at.
    package enum Start: Sendable, Hashable {
        case variable(String)
        case home
        case checkout
        case fileSystem
    }

    package let start: Start
    /// Names after the start.
    package let rest: String

    /// Nil where the text is none: `..` in it, a variable in its middle, or nothing at all.
    package init?(_ text: String) {
        var rest = Substring(text)
        if text.hasPrefix("$") {
            let (name, after) = Self.variable(text.dropFirst())
            guard let name else { return nil }
            (start, rest) = (.variable(name), after)
        } else if text == "~" || text.hasPrefix("~/") {
            (start, rest) = (.home, text.dropFirst())
        } else {
            start = text.hasPrefix("/") ? .fileSystem : .checkout
        }
        let names = rest.split(separator: "/")
        let isWhole = names.isEmpty && (start == .checkout || start == .fileSystem)
        guard !isWhole, !rest.contains("$"), !names.contains(".."), !names.contains("."),
            names.isEmpty || rest.hasPrefix("/") || start == .checkout
        else { return nil }
        self.rest = names.joined(separator: "/")
    }

    private static func variable(_ text: Substring) -> (String?, Substring) {
        let isBraced = text.hasPrefix("{")
        let body = isBraced ? text.dropFirst() : text
        let name = body.prefix { ($0.isASCII && ($0.isLetter || $0.isNumber)) || $0 == "_" }
        var after = body[name.endIndex...]
        guard !name.isEmpty, name.first?.isNumber == false else { return (nil, text) }
        if isBraced {
            guard after.first == "}" else { return (nil, text) }
            after = after.dropFirst()
        }
        return (String(name), after)
    }

    /// Where it lies for a job; nil where its variable is not set or empty.
    ///
    /// A variable's value may begin with `~/`, unless the tool does not look at that, and is taken from the checkout on
    /// where it is no absolute path.
    func resolved(_ values: PathValues, expandsTilde: Bool) -> FilePath? {
        switch start {
        case .fileSystem: return FilePath("/" + rest)
        case .home: return values.home.extended(by: rest)
        case .checkout: return values.root.extended(by: rest)
        case .variable(let name):
            guard let value = values.environment[name], !value.isEmpty else { return nil }
            if expandsTilde, value == "~" || value.hasPrefix("~/") {
                return values.home.extended(by: String(value.dropFirst(2))).extended(by: rest)
            }
            return values.root.extended(by: value).extended(by: rest)
        }
    }
}

extension FilePath {
    /// The path with more names; an absolute one takes its place, as shells and tools have it.
    fileprivate func extended(by names: String) -> FilePath {
        names.isEmpty ? self : pushing(FilePath(names)).lexicallyNormalized()
    }
}
