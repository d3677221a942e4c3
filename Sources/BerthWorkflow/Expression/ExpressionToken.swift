/// One word or sign of an expression.
enum ExpressionToken: Sendable, Hashable {
    case literal(ExpressionValue)
    case name(String)
    /// An operator, bracket, dot, comma or star.
    case sign(String)

    /// As it was written, for messages.
    var text: String {
        switch self {
        case .literal(.string(let text)): "'\(text)'"
        case .literal(.null): "null"
        case .literal(let value): value.text
        case .name(let name): name
        case .sign(let sign): sign
        }
    }
}

/// What is wrong with an expression.
package struct ExpressionFault: Error, Sendable, Hashable {
    package let message: String
}

/// Text to tokens, as the runner's lexer cuts it.
struct ExpressionLexer {
    /// GitHub's bound on an expression, in characters.
    static let longest = 21_000
    private static let boundaries: Set<Character> = ["(", ")", "[", "]", ",", ".", "!", ">", "<", "=", "&", "|", "*"]

    private let text: [Character]
    private var index = 0
    private var tokens: [ExpressionToken] = []

    static func tokens(_ text: String) throws(ExpressionFault) -> [ExpressionToken] {
        var lexer = ExpressionLexer(text: Array(text))
        guard lexer.text.count <= longest else {
            throw ExpressionFault(message: "an expression has at most \(longest) characters, not \(lexer.text.count)")
        }
        while lexer.index < lexer.text.count { try lexer.next() }
        return lexer.tokens
    }

    private init(text: [Character]) { self.text = text }

    private mutating func next() throws(ExpressionFault) {
        let character = text[index]
        if character.isWhitespace {
            index += 1
        } else if character == "'" {
            try quoted()
        } else if "()[],*".contains(character) {
            take(1)
        } else if character == ".", followsValue {
            take(1)
        } else if character.isASCII, character.isNumber || ".+-".contains(character) {
            try number()
        } else if "!<>=&|".contains(character) {
            try operation(character)
        } else {
            try word()
        }
    }

    private mutating func take(_ count: Int) {
        tokens.append(.sign(String(text[index..<index + count])))
        index += count
    }

    /// Whether a dot here goes into a value rather than begins a number.
    private var followsValue: Bool {
        switch tokens.last {
        case .name, .sign(")"), .sign("]"), .sign("*"): true
        default: false
        }
    }

    private mutating func operation(_ first: Character) throws(ExpressionFault) {
        let second = index + 1 < text.count ? text[index + 1] : " "
        switch (first, second) {
        case ("!", "="), ("<", "="), (">", "="), ("=", "="), ("&", "&"), ("|", "|"): take(2)
        case ("!", _), ("<", _), (">", _): take(1)
        default: throw unexpected(String(first))
        }
    }

    private mutating func quoted() throws(ExpressionFault) {
        let start = index
        var value = ""
        index += 1
        while index < text.count {
            if text[index] == "'" {
                guard index + 1 < text.count, text[index + 1] == "'" else {
                    index += 1
                    tokens.append(.literal(.string(value)))
                    return
                }
                index += 1
            }
            value.append(text[index])
            index += 1
        }
        index = start
        throw ExpressionFault(message: "the text that begins at character \(start + 1) has no closing quote '")
    }

    private mutating func number() throws(ExpressionFault) {
        let word = run { $0 == "." || !Self.boundaries.contains($0) }
        let value = ExpressionNumber.parse(word)
        guard !value.isNaN else { throw unexpected(word, before: true) }
        tokens.append(.literal(.number(value)))
    }

    private mutating func word() throws(ExpressionFault) {
        let word = run { !Self.boundaries.contains($0) }
        guard Self.isName(word) else { throw unexpected(word, before: true) }
        if tokens.last == .sign(".") {
            tokens.append(.name(word))
            return
        }
        switch word {
        case "true", "false": tokens.append(.literal(.boolean(word == "true")))
        case "null": tokens.append(.literal(.null))
        case "NaN": tokens.append(.literal(.number(.nan)))
        case "Infinity": tokens.append(.literal(.number(.infinity)))
        default: tokens.append(.name(word))
        }
    }

    private mutating func run(while matches: (Character) -> Bool) -> String {
        let start = index
        while index < text.count, !text[index].isWhitespace, index == start || matches(text[index]) { index += 1 }
        return String(text[start..<index])
    }

    private static func isName(_ word: String) -> Bool {
        guard let first = word.first, first.isASCII, first.isLetter || first == "_" else { return false }
        return word.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-") }
    }

    private func unexpected(_ word: String, before: Bool = false) -> ExpressionFault {
        let position = before ? index - word.count + 1 : index + 1
        let hint = word.contains("\"") ? "; texts stand in single quotes" : ""
        return ExpressionFault(message: "\(word) is not expected at character \(position)\(hint)")
    }
}
