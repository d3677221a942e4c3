internal import BerthDocument

/// An entry of yarn 1's lockfile.
struct YarnClassicEntry {
    /// What was asked for, `name@range`, sorted.
    var patterns: [String]
    let place: DocumentPlace
    /// `version "1.0.0"` and the like.
    var fields: [String: String] = [:]
    /// `dependencies:` and the like, each with names and ranges.
    var blocks: [String: [String: String]] = [:]
}

/// Yarn 1's own syntax: entries at the left, their fields by two spaces in, names and ranges by four.
struct YarnClassicParser {
    private let file: String
    private var line = 0
    private var entries: [YarnClassicEntry] = []
    /// The block that lines with four spaces belong to.
    private var block: String?

    static func entries(_ bytes: [UInt8], file: String) throws(DocumentFaults) -> [YarnClassicEntry] {
        var parser = YarnClassicParser(file: file)
        do {
            for line in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
                try parser.take(line.last == 0x0D ? line.dropLast() : line)
            }
        } catch { throw DocumentFaults([error]) }
        return parser.entries
    }

    private init(file: String) { self.file = file }

    private mutating func take(_ bytes: ArraySlice<UInt8>) throws(DocumentFault) {
        line += 1
        let indentation = bytes.prefix { $0 == 0x20 }.count
        let rest = bytes.dropFirst(indentation)
        if rest.isEmpty || rest.first == UInt8(ascii: "#") { return }
        for sign in ["<<<<<<<", "=======", ">>>>>>>"] where indentation == 0 && rest.starts(with: sign.utf8) {
            throw fault("a merge left its marks here; run `yarn install`, which mends the file", indentation)
        }
        var words = YarnTokens(rest, file: file, line: line, column: indentation + 1)
        var tokens = try words.all()
        let opens = tokens.last == .colon
        if opens { tokens.removeLast() }
        switch (indentation, opens) {
        case (0, true): try begin(tokens)
        case (2, true): try open(tokens)
        case (2, false): try field(tokens)
        case (4, false): try member(tokens)
        default: throw fault("the line is not indented as yarn 1 does", indentation)
        }
    }

    private mutating func begin(_ tokens: [YarnTokens.Token]) throws(DocumentFault) {
        var patterns: [String] = []
        for (index, token) in tokens.enumerated() {
            switch (index % 2, token) {
            case (0, .text(let text)): patterns.append(text)
            case (1, .comma): continue
            default: throw fault("an entry begins with names and ranges, commas between", 0)
            }
        }
        guard tokens.count % 2 == 1 else { throw fault("an entry without a name", 0) }
        let place = DocumentPlace(file: file, line: line, column: 1)
        entries.append(YarnClassicEntry(patterns: patterns.sorted(), place: place))
        block = nil
    }

    private mutating func open(_ tokens: [YarnTokens.Token]) throws(DocumentFault) {
        guard tokens.count == 1, case .text(let name) = tokens[0], let entry = entries.indices.last else {
            throw fault("a name with a colon is expected", 2)
        }
        guard entries[entry].blocks.updateValue([:], forKey: name) == nil else {
            throw fault("\"\(name)\" stands in the entry a second time", 2)
        }
        block = name
    }

    private mutating func field(_ tokens: [YarnTokens.Token]) throws(DocumentFault) {
        let (name, value) = try pair(tokens, 2)
        guard let entry = entries.indices.last else { throw fault("a field that no entry stands above", 2) }
        guard entries[entry].fields.updateValue(value, forKey: name) == nil else {
            throw fault("\"\(name)\" stands in the entry a second time", 2)
        }
        block = nil
    }

    private mutating func member(_ tokens: [YarnTokens.Token]) throws(DocumentFault) {
        let (name, value) = try pair(tokens, 4)
        guard let block, let entry = entries.indices.last else { throw fault("a line that no block stands above", 4) }
        guard entries[entry].blocks[block]?.updateValue(value, forKey: name) == nil else {
            throw fault("\"\(name)\" stands here a second time", 4)
        }
    }

    private func pair(_ tokens: [YarnTokens.Token], _ indentation: Int) throws(DocumentFault) -> (String, String) {
        guard tokens.count == 2, case .text(let name) = tokens[0], case .text(let value) = tokens[1] else {
            throw fault("a name and a value are expected", indentation)
        }
        return (name, value)
    }

    private func fault(_ message: String, _ indentation: Int) -> DocumentFault {
        DocumentFault(
            place: DocumentPlace(file: file, line: line, column: indentation + 1),
            message: "not a yarn.lock: \(message)")
    }
}
