/// TOML's four kinds of strings.
extension TOMLCursor {
    /// Reads the string that begins here; `multiline` says whether three quotes may open it.
    mutating func string(multiline: Bool) throws(DocumentFault) -> String {
        let start = place
        guard let quote = next, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else {
            throw fault("a string is expected")
        }
        let long = multiline && peek(1) == quote && peek(2) == quote
        for _ in 0..<(long ? 3 : 1) { advance() }
        if long {
            // A line end right after the quotes is not part of the text.
            if next == 0x0D, peek(1) == 0x0A { advance() }
            _ = take(0x0A)
        }
        var text: [UInt8] = []
        while let byte = next {
            if byte == quote, try closes(quote, long, &text) { return String(decoding: text, as: UTF8.self) }
            if byte == quote { continue }
            if byte == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") {
                try escape(long, &text)
            } else {
                try plain(byte, long, &text)
            }
        }
        throw fault("the string that begins here does not end", at: start)
    }

    /// Takes quotes; true when they end the string, in a long one with up to two more before the three.
    private mutating func closes(_ quote: UInt8, _ long: Bool, _ text: inout [UInt8]) throws(DocumentFault) -> Bool {
        let count = takeWhile { $0 == quote }.count
        guard long else {
            guard count == 1 else { throw fault("a string ends and another begins") }
            return true
        }
        guard count <= 5 else { throw fault("too many quotes") }
        text += [UInt8](repeating: quote, count: count < 3 ? count : count - 3)
        return count >= 3
    }

    private mutating func plain(_ byte: UInt8, _ long: Bool, _ text: inout [UInt8]) throws(DocumentFault) {
        let lineEnd = byte == 0x0A || byte == 0x0D && peek(1) == 0x0A
        guard byte >= 0x20 && byte != 0x7F || byte == 0x09 || long && lineEnd else {
            throw fault(lineEnd ? "a string ends in its own line" : "a control character in a string")
        }
        if byte != 0x0D { text.append(byte) }
        advance()
    }

    private mutating func escape(_ long: Bool, _ text: inout [UInt8]) throws(DocumentFault) {
        let start = place
        advance()
        let simple: [UInt8: UInt8] = [
            0x62: 0x08, 0x74: 0x09, 0x6E: 0x0A, 0x66: 0x0C, 0x72: 0x0D, 0x22: 0x22, 0x5C: 0x5C,
        ]
        if let letter = next, let meaning = simple[letter] {
            advance()
            text.append(meaning)
        } else if next == UInt8(ascii: "u") || next == UInt8(ascii: "U") {
            let count = next == UInt8(ascii: "u") ? 4 : 8
            advance()
            var digits: [UInt8] = []
            while digits.count < count, let digit = next {
                digits.append(digit)
                advance()
            }
            guard digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }), digits.count == count,
                let value = UInt32(String(decoding: digits, as: UTF8.self), radix: 16),
                let scalar = Unicode.Scalar(value)
            else { throw fault("an escape that names no character", at: start) }
            text += Array(String(scalar).utf8)
        } else if long, try continuesLine() {
            return
        } else {
            throw fault("an unknown escape", at: start)
        }
    }

    /// A backslash at a line's end swallows all blanks up to the next text.
    private mutating func continuesLine() throws(DocumentFault) -> Bool {
        var probe = self
        probe.skipBlanks()
        guard probe.next == 0x0A || probe.next == 0x0D && probe.peek(1) == 0x0A else { return false }
        self = probe
        while let byte = next, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D && peek(1) == 0x0A {
            advance()
        }
        return true
    }
}
