extension String {
    /// Columns that the text takes in a terminal: Chinese, Japanese and Korean letters and emoji take two, combining marks
    /// and control characters none (UAX #11; what is ambiguous there takes one).
    package var displayWidth: Int {
        // Most texts are plain; only others need a look at each letter.
        utf8.allSatisfy { (0x20..<0x7F).contains($0) } ? utf8.count : reduce(0) { $0 + $1.displayWidth }
    }

    /// The text with as many spaces behind it as make it so wide; a wider one stays as it is.
    package func padded(to columns: Int) -> String {
        self + String(repeating: " ", count: max(0, columns - displayWidth))
    }

    /// The longest beginning of at most so many columns, with `…` as its last where something is left out.
    package func shortened(to columns: Int) -> String {
        guard displayWidth > columns else { return self }
        guard columns > 0 else { return "" }
        var room = columns - 1
        let kept = prefix { letter in
            room -= letter.displayWidth
            return room >= 0
        }
        return kept + "…"
    }

    /// Without the spaces at its end.
    var withoutTrailingSpaces: String { String(reversed().drop { $0 == " " }.reversed()) }
}

extension Character {
    /// Columns of a terminal.
    var displayWidth: Int {
        guard let first = unicodeScalars.first, unicodeScalars.count > 1 else {
            return unicodeScalars.first?.displayWidth ?? 0
        }
        // Two letters of a flag, a family joined to one picture, `❤️` with the sign that asks for its coloured form.
        if first.isFlagLetter || first.properties.isEmojiPresentation { return 2 }
        if first.properties.isEmoji, unicodeScalars.contains(where: \.makesEmoji) { return 2 }
        return unicodeScalars.reduce(0) { $0 + $1.displayWidth }
    }
}

extension Unicode.Scalar {
    fileprivate var isFlagLetter: Bool { (0x1F1E6...0x1F1FF).contains(value) }

    /// Variation selector 16, the joiner of pictures, and skin tones.
    fileprivate var makesEmoji: Bool { value == 0xFE0F || value == 0x200D || properties.isEmojiModifier }

    /// Columns of a terminal where it stands alone or before marks.
    fileprivate var displayWidth: Int {
        switch properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .control: return 0
        // All but the soft hyphen are signs that nobody sees.
        case .format: return value == 0xAD ? 1 : 0
        default: break
        }
        // Vowels and finals of Hangul stand in the square of the letter before them.
        if (0x1160...0x11FF).contains(value) || (0xD7B0...0xD7FF).contains(value) { return 0 }
        return WideScalars.contains(self) || properties.isEmojiPresentation && !isFlagLetter ? 2 : 1
    }
}
