/// The limits in a container's `options`, which are arguments of `docker create`.
enum ContainerOptions {
    struct Limits: Sendable, Hashable {
        /// Bytes.
        var memory: Int?
        /// Thousandths of a processor.
        var processors: Int?
        /// What is wrong with them, in words.
        var faults: [String] = []
    }

    static func limits(_ options: String) -> Limits {
        var limits = Limits()
        var words = words(options)[...]
        while let word = words.popFirst() {
            let (name, joined) = split(word)
            guard ["--memory", "-m", "--cpus"].contains(name) else { continue }
            guard let value = joined ?? words.popFirst() else {
                limits.faults.append("\(name) has no value")
                break
            }
            if name == "--cpus" {
                limits.processors = Quantity.processors(value)
                if limits.processors == nil {
                    limits.faults.append("\(name) is a number of processors, not \"\(value)\"")
                }
            } else {
                limits.memory = Quantity.dockerBytes(value)
                if limits.memory == nil { limits.faults.append("\(name) is a size such as 2g, not \"\(value)\"") }
            }
        }
        return limits
    }

    /// `--memory=2g` and `-m2g` to name and value.
    private static func split(_ word: String) -> (name: String, value: String?) {
        if word.hasPrefix("--"), let equals = word.firstIndex(of: "=") {
            return (String(word[..<equals]), String(word[word.index(after: equals)...]))
        }
        if word.hasPrefix("-m"), word.count > 2 {
            let rest = word.dropFirst(2)
            return ("-m", String(rest.first == "=" ? rest.dropFirst() : rest))
        }
        return (word, nil)
    }

    /// Words as a shell cuts them, by white space outside of quotes.
    private static func words(_ text: String) -> [String] {
        var words: [String] = []
        var word: String?
        var quote: Character?
        for character in text {
            if let open = quote {
                if character == open { quote = nil } else { word?.append(character) }
            } else if character == "\"" || character == "'" {
                quote = character
                word = word ?? ""
            } else if character.isWhitespace {
                if let done = word { words.append(done) }
                word = nil
            } else {
                word = (word ?? "") + String(character)
            }
        }
        if let done = word { words.append(done) }
        return words
    }
}
