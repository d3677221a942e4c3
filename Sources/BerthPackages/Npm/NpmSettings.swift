internal import BerthSystem
internal import SystemPackage

/// All that npm's files and variables set; of one key the most important value is the last.
struct NpmSettings {
    private(set) var values: [(key: String, value: String)] = []
    private(set) var unset: Set<String> = []

    init(_ machine: NpmMachine) throws {
        for path in machine.files where Files.exists(path) {
            let file = NpmrcFile(try Files.readText(path, limit: 1 << 20), variables: machine.variables)
            values += file.values
            unset.formUnion(file.unset)
        }
        for (name, value) in machine.variables.sorted(by: { $0.key < $1.key })
        where name.lowercased().hasPrefix("npm_config_") && !value.isEmpty {
            values.append((Self.key(name.dropFirst("npm_config_".count)), value))
        }
    }

    /// The last value of a key; an empty one counts as none.
    subscript(key: String) -> String? { values.last { $0.key == key }.flatMap { $0.value.isEmpty ? nil : $0.value } }

    /// A variable's name as a key: `_` inside is `-`, but for keys of one registry.
    private static func key(_ name: Substring) -> String {
        if name.hasPrefix("//") { return String(name) }
        return (name.prefix(1) + name.dropFirst().replacing("_", with: "-")).lowercased()
    }
}
