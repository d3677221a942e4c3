internal import BerthDocument
internal import BerthSystem

/// Reads what becomes the image's configuration: user, environment, entry point, labels.
enum ConfigReader {
    static func read(_ reader: MappingReader, into recipe: inout Recipe) {
        recipe.entrypoint = reader.strings("entrypoint", allowEmpty: true) ?? []
        recipe.command = reader.strings("command", allowEmpty: true) ?? []
        if let directory = reader.string("directory") {
            if !directory.hasPrefix("/") { reader.fault("directory", "an absolute path is needed") }
            recipe.directory = directory
        }
        for (key, text, place) in reader.pairs("environment") ?? [] {
            let isName = key.utf8.allSatisfy {
                $0 == 0x5F || (0x41...0x5A).contains($0 & 0xDF) || (0x30...0x39).contains($0)
            }
            if !isName { reader.faults.add("\(key.escaped) is no name of a variable", at: place) }
            recipe.environment[key] = text
        }
        for (key, text, _) in reader.pairs("labels") ?? [] { recipe.labels[key] = text }
    }

    static func user(_ reader: MappingReader) -> Recipe.User? {
        defer { reader.finish() }
        guard let name = reader.string("name", required: true) else { return nil }
        let id = reader.integer("id", in: 1...59_999, required: true) ?? 1
        if name.utf8.contains(where: { $0 == 0x3A || $0 <= 0x20 }) || name.utf8.count > 32 {
            reader.fault("name", "a user's name has at most 32 letters, no colon and no space")
        }
        let home = reader.string("home") ?? "/home/\(name)"
        if FileReader.absolute(home) == nil { reader.fault("home", "an absolute path is needed") }
        return .init(name: name, id: id, home: home, shell: reader.string("shell") ?? "/bin/bash")
    }
}
