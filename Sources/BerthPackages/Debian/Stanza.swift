/// One stanza of a control file (deb822): fields by lower-case name, continuation lines kept with their line ends.
struct Stanza: Sendable {
    private let fields: [String: String]

    /// Reads lines up to the first blank one; a line without a colon is passed over, as dpkg's other readers do.
    init(_ lines: some Sequence<Substring>) {
        var fields: [String: String] = [:]
        var current: String?
        for line in lines {
            if let first = line.utf8.first, first == 0x20 || first == 0x09 {
                if let current { fields[current, default: ""] += "\n" + line }
                continue
            }
            guard let colon = line.utf8.firstIndex(of: 0x3A) else { continue }
            let name = line[..<colon].lowercased()
            fields[name] = String(line[line.utf8.index(after: colon)...].trimmed)
            current = name
        }
        self.fields = fields
    }

    /// Reads one stanza's text.
    init(text: String) { self.init(text.lines) }

    /// A field's value; names compare without case.
    subscript(_ name: String) -> String? { fields[name.lowercased()] }

    /// Whether a field says `yes`.
    func isYes(_ name: String) -> Bool { self[name]?.lowercased() == "yes" }

    /// The words of a field.
    func words(_ name: String) -> [String] {
        (self[name] ?? "").split(whereSeparator: \.isWhitespace).map(String.init)
    }

    /// All stanzas of a text; comment lines (`#`) are left out, as apt's deb822 sources allow them.
    static func all(in text: String) -> [Stanza] {
        var stanzas: [Stanza] = []
        var lines: [Substring] = []
        for line in text.lines where line.first != "#" {
            if !line.trimmed.isEmpty {
                lines.append(line)
            } else if !lines.isEmpty {
                stanzas.append(Stanza(lines))
                lines = []
            }
        }
        return lines.isEmpty ? stanzas : stanzas + [Stanza(lines)]
    }
}

extension String {
    /// The lines, split at line feeds alone; by bytes, which costs a fraction of splitting by characters.
    var lines: [Substring] {
        utf8.split(separator: 0x0A, omittingEmptySubsequences: false).map { Substring($0) }
    }
}

extension StringProtocol {
    /// The text without blanks, tabs and carriage returns at its ends.
    var trimmed: SubSequence {
        let blank: (Character) -> Bool = { $0 == " " || $0 == "\t" || $0 == "\r" || $0 == "\n" || $0 == "\r\n" }
        var rest = drop(while: blank)
        while let last = rest.last, blank(last) { rest = rest.dropLast() }
        return rest
    }
}
