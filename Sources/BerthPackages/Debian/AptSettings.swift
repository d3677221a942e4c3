internal import BerthSystem
internal import SystemPackage

/// Values of apt.conf(5): files of `apt.conf.d` in order, then `apt.conf`; the last word on a name counts.
enum AptSettings {
    /// Reads the settings below `etc/apt`, by lower-case name.
    static func read(_ folder: FilePath) -> [String: String] {
        let parts = folder.appending("apt.conf.d")
        let names = ((try? Files.list(parts)) ?? []).filter(isConfiguration)
        let files = names.map { parts.appending($0) } + [folder.appending("apt.conf")]
        var settings: [String: String] = [:]
        for file in files {
            guard let text = try? Files.readText(file, limit: 1 << 20) else { continue }
            settings.merge(parse(text)) { _, last in last }
        }
        return settings
    }

    /// `true` unless the value is one of apt's words for no.
    static func isTrue(_ value: String) -> Bool {
        !["0", "no", "false", "without", "off", "disable"].contains(value.lowercased())
    }

    /// run-parts' rule: no extension, or `.conf`.
    private static func isConfiguration(_ name: String) -> Bool {
        let base = name.hasSuffix(".conf") ? name.dropLast(5) : name[...]
        return !base.isEmpty
            && base.utf8.allSatisfy { unit in
                switch unit {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x5F: true
                default: false
                }
            }
    }

    /// Reads `A::B "value";` and `A { B "value"; };`, without `#clear`, lists and includes, which we have no use for.
    static func parse(_ text: String) -> [String: String] {
        var settings: [String: String] = [:]
        var scopes: [String] = []
        var words: [String] = []
        for token in tokens(text) {
            switch token {
            case "{":
                scopes.append(words.first ?? "")
                words = []
            case "}":
                _ = scopes.popLast()
                words = []
            case ";":
                if words.count >= 2 { settings[(scopes + [words[0]]).joined(separator: "::").lowercased()] = words[1] }
                words = []
            default: words.append(token)
            }
        }
        return settings
    }

    /// Words, quoted texts without their quotes, and the three signs; comments (`//`, `#`, `/* */`) are left out.
    private static func tokens(_ text: String) -> [String] {
        var tokens: [String] = []
        var rest = text[...]
        while let first = rest.first {
            if first.isWhitespace {
                rest = rest.drop(while: \.isWhitespace)
            } else if rest.hasPrefix("//") || first == "#" {
                rest = rest.drop { !$0.isNewline }
            } else if rest.hasPrefix("/*") {
                rest = rest.dropFirst(2)
                while !rest.isEmpty && !rest.hasPrefix("*/") { rest = rest.dropFirst() }
                rest = rest.dropFirst(2)
            } else if "{};".contains(first) {
                tokens.append(String(first))
                rest = rest.dropFirst()
            } else if first == "\"" {
                let value = rest.dropFirst().prefix { $0 != "\"" }
                tokens.append(String(value))
                rest = rest.dropFirst(value.count + 2)
            } else {
                let word = rest.prefix { !$0.isWhitespace && !"{};\"".contains($0) }
                tokens.append(String(word))
                rest = rest.dropFirst(word.count)
            }
        }
        return tokens
    }
}
