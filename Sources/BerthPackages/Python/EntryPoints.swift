/// The commands that a wheel asks for: `entry_points.txt`, groups `console_scripts` and `gui_scripts`.
struct EntryPoints {
    /// One command: `name = module:function`.
    struct Script: Equatable {
        let name: String
        let module: String
        let function: String
    }

    /// In the order of the file, console scripts and windowed ones alike: on Linux they are the same.
    let scripts: [Script]

    /// Reads the file's text; an error is the line that can't be used.
    init(_ text: String) throws(EntryPointFault) {
        var scripts: [Script] = []
        var wanted = false
        for raw in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            let line = raw.drop(while: \.isWhitespace)
            if line.isEmpty || line.hasPrefix("#") || line.hasPrefix(";") { continue }
            if line.hasPrefix("[") {
                let group = line.dropFirst().prefix { $0 != "]" }
                wanted = group == "console_scripts" || group == "gui_scripts"
            } else if wanted {
                guard let script = Self.script(line) else { throw EntryPointFault(line: String(raw)) }
                scripts.append(script)
            }
        }
        guard Set(scripts.map(\.name)).count == scripts.count else {
            throw EntryPointFault(line: "a name stands twice")
        }
        self.scripts = scripts
    }

    /// `name = module:function [extras]`; the extras say nothing that an installer needs.
    private static func script(_ line: Substring) -> Script? {
        let sides = line.split(separator: "=", maxSplits: 1).map { trimmed($0) }
        guard sides.count == 2 else { return nil }
        let reference = sides[1].prefix { $0 != "[" }.split(separator: ":").map { trimmed($0) }
        guard reference.count == 2, isName(sides[0]), isDotted(reference[0]), isDotted(reference[1]) else { return nil }
        return Script(name: String(sides[0]), module: String(reference[0]), function: String(reference[1]))
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text.drop(while: \.isWhitespace)
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }

    /// A name of a command: it becomes a file name and must stay one.
    private static func isName(_ text: Substring) -> Bool {
        !text.isEmpty && text != "." && text != ".."
            && text.unicodeScalars.allSatisfy {
                $0.isASCII && $0.value > 0x20 && $0 != "/" && $0 != "\\" && $0.value < 0x7F
            }
    }

    /// Python names with dots between: they become source text and must stay names.
    private static func isDotted(_ text: Substring) -> Bool {
        text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { part in
            guard let first = part.unicodeScalars.first, first == "_" || first.properties.isXIDStart else {
                return false
            }
            return part.unicodeScalars.allSatisfy { $0.properties.isXIDContinue }
        }
    }
}

/// A line of `entry_points.txt` that gives no command.
struct EntryPointFault: Error, CustomStringConvertible {
    let line: String
    var description: String { "\"\(line.prefix(200))\" in entry_points.txt is no command" }
}
