internal import BerthSystem
internal import SystemPackage

/// What pip is configured with: files from the least to the most important, then `PIP_*` variables.
struct PipConfiguration {
    private var values: [String: (text: String, origin: String)] = [:]

    /// Reads the files that pip reads: global, user, the active environment's, and `PIP_CONFIG_FILE`.
    init(_ machine: MachineConfiguration) throws {
        for path in Self.files(machine) where Files.exists(path) {
            try take(Files.readText(path, limit: 1 << 20), origin: path.string)
        }
        for (name, text) in machine.variables.sorted(by: { $0.key < $1.key })
        where name.hasPrefix("PIP_") && name != "PIP_CONFIG_FILE" {
            values[Self.key(name.dropFirst(4))] = (text, name)
        }
    }

    /// A setting's text; nil when nothing sets it.
    subscript(_ key: String) -> String? { values[key]?.text }

    /// Where a setting comes from: a file or a variable.
    func origin(_ key: String) -> String? { values[key]?.origin }

    /// A setting of several values, by spaces or lines.
    func list(_ key: String) -> [String] {
        values[key]?.text.split(whereSeparator: \.isWhitespace).map(String.init) ?? []
    }

    /// A setting that is on.
    func isTrue(_ key: String) -> Bool {
        ["1", "true", "yes", "on", "y", "t"].contains(values[key]?.text.lowercased() ?? "")
    }

    private static func files(_ machine: MachineConfiguration) -> [FilePath] {
        // The null device as PIP_CONFIG_FILE means: no files at all.
        if machine.variables["PIP_CONFIG_FILE"] == "/dev/null" { return [] }
        var files = [machine.path("/Library/Application Support/pip/pip.conf")]
        files += machine.systemConfigurations.map { $0.pushing("pip/pip.conf") } + [machine.path("/etc/pip.conf")]
        files += [machine.home.pushing(".pip/pip.conf"), machine.userConfiguration.pushing("pip/pip.conf")]
        files.append(machine.home.pushing("Library/Application Support/pip/pip.conf"))
        if let environment = machine.variables["VIRTUAL_ENV"] {
            files.append(FilePath(environment).appending("pip.conf"))
        }
        if let named = machine.variables["PIP_CONFIG_FILE"] { files.append(FilePath(named)) }
        return files
    }

    /// The sections `[global]` and `[install]` of an INI file as Python's `configparser` reads it.
    private mutating func take(_ text: String, origin: String) {
        var section = ""
        var found: [String: [String: String]] = [:]
        var last: String?
        for raw in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            let line = Self.trimmed(raw)
            if line.isEmpty || line.hasPrefix("#") || line.hasPrefix(";") { continue }
            if raw.first?.isWhitespace == true, let key = last {
                found[section, default: [:]][key, default: ""] += "\n" + line
            } else if line.hasPrefix("["), let end = line.firstIndex(of: "]") {
                section = String(line[line.index(after: line.startIndex)..<end])
                last = nil
            } else if let mark = line.firstIndex(where: { $0 == "=" || $0 == ":" }) {
                let key = Self.key(Self.trimmed(line[..<mark]))
                found[section, default: [:]][key] = String(Self.trimmed(line[line.index(after: mark)...]))
                last = key
            }
        }
        for section in ["global", "install"] {
            for (key, text) in found[section] ?? [:] { values[key] = (text, origin) }
        }
    }

    private static func key(_ text: some StringProtocol) -> String { text.lowercased().replacing("_", with: "-") }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text.drop(while: \.isWhitespace)
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }
}
