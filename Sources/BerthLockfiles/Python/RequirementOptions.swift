/// pip's options that a requirements file may hold, and what becomes of each.
struct RequirementOption {
    enum Meaning {
        case include, constraint, index, moreIndex, findLinks, noIndex, editable, hash
        /// Does not change what is installed.
        case ignored
        /// Shapes what is installed.
        case noted
    }

    let names: [String]
    let meaning: Meaning
    var takesValue = true

    static let all: [RequirementOption] = [
        RequirementOption(names: ["-r", "--requirement"], meaning: .include),
        RequirementOption(names: ["-c", "--constraint"], meaning: .constraint),
        RequirementOption(names: ["-i", "--index-url", "--pypi-url"], meaning: .index),
        RequirementOption(names: ["--extra-index-url"], meaning: .moreIndex),
        RequirementOption(names: ["-f", "--find-links"], meaning: .findLinks),
        RequirementOption(names: ["--no-index"], meaning: .noIndex, takesValue: false),
        RequirementOption(names: ["-e", "--editable"], meaning: .editable),
        RequirementOption(names: ["--hash"], meaning: .hash),
        RequirementOption(names: ["--require-hashes"], meaning: .ignored, takesValue: false),
        RequirementOption(names: ["--trusted-host"], meaning: .ignored),
        RequirementOption(names: ["--use-feature"], meaning: .noted),
        RequirementOption(names: ["--no-binary"], meaning: .noted),
        RequirementOption(names: ["--only-binary"], meaning: .noted),
        RequirementOption(names: ["--prefer-binary"], meaning: .noted, takesValue: false),
        RequirementOption(names: ["--pre"], meaning: .noted, takesValue: false),
        RequirementOption(names: ["--all-releases"], meaning: .noted),
        RequirementOption(names: ["--only-final"], meaning: .noted),
        RequirementOption(names: ["--config-settings", "--config-setting", "-C"], meaning: .noted),
        RequirementOption(names: ["--global-option"], meaning: .noted),
    ]

    /// The longest name, for messages and facts.
    var name: String { names.first { $0.hasPrefix("--") } ?? names[0] }
}

/// An option with its value, as it stood in a line.
struct GivenOption {
    let option: RequirementOption
    let value: String
}

extension GivenOption {
    /// Reads all options of a text; throws what is wrong in words.
    static func all(in text: some StringProtocol) throws(RequirementFault) -> [GivenOption] {
        var words = try RequirementWords.split(text)[...]
        var given: [GivenOption] = []
        while let word = words.popFirst() {
            let (name, attached) = parts(word)
            guard let option = RequirementOption.all.first(where: { $0.names.contains(name) }) else {
                throw RequirementFault("\"\(word)\" is not an option of requirements files that this program knows")
            }
            guard option.takesValue else {
                if let attached { throw RequirementFault("\(name) takes no value, and has \"\(attached)\"") }
                given.append(GivenOption(option: option, value: ""))
                continue
            }
            guard let value = attached ?? words.popFirst(), !value.isEmpty else {
                throw RequirementFault("\(name) has no value; the file may be cut")
            }
            given.append(GivenOption(option: option, value: value))
        }
        return given
    }

    /// `--name=value`, `--name`, `-xvalue` or `-x`.
    private static func parts(_ word: String) -> (name: String, value: String?) {
        if word.hasPrefix("--") {
            guard let mark = word.firstIndex(of: "=") else { return (word, nil) }
            return (String(word[..<mark]), String(word[word.index(after: mark)...]))
        }
        let name = String(word.prefix(2))
        return (name, word.count > 2 ? String(word.dropFirst(2)) : nil)
    }
}

/// What is wrong with a line, in words; the reader adds the place.
struct RequirementFault: Error {
    let message: String

    init(_ message: String) { self.message = message }
}

/// Splits options into words as a shell does, which is how pip reads them.
enum RequirementWords {
    static func split(_ text: some StringProtocol) throws(RequirementFault) -> [String] {
        var words: [String] = []
        var word: [UInt8]?
        var quote: UInt8?
        var isEscaped = false
        for unit in text.utf8 {
            if isEscaped {
                word = (word ?? []) + [unit]
                isEscaped = false
            } else if unit == UInt8(ascii: "\\"), quote != UInt8(ascii: "'") {
                isEscaped = true
            } else if unit == quote {
                quote = nil
            } else if quote == nil, unit == UInt8(ascii: "\"") || unit == UInt8(ascii: "'") {
                quote = unit
                word = word ?? []
            } else if quote == nil, RequirementLines.isBlank(unit) {
                if let done = word { words.append(String(decoding: done, as: UTF8.self)) }
                word = nil
            } else {
                word?.append(unit)
                if word == nil { word = [unit] }
            }
        }
        guard quote == nil, !isEscaped else { throw RequirementFault("a quote that does not end") }
        if let done = word { words.append(String(decoding: done, as: UTF8.self)) }
        return words
    }
}
