internal import BerthArchive
internal import BerthDocument
internal import BerthSystem
package import SystemPackage

/// Reads a recipe strictly: unknown keys, wrong kinds and impossible values are reported together, each with its line.
package enum RecipeReader {
    /// Reads `berth.yaml` in a recipe's folder.
    package static func read(_ folder: FilePath) throws -> Recipe {
        let path = folder.appending("berth.yaml")
        do {
            let faults = Faults()
            let document = try YAMLDocument(Files.read(path, limit: 1 << 20), file: path.string, faults: faults)
            let reader = MappingReader(document.root, faults, name: "the recipe")
            let recipe = read(reader, folder: folder)
            reader.finish()
            try faults.check()
            return recipe
        } catch let faults as DocumentFaults {
            throw BerthError(
                .usage, "the recipe has \(faults.faults.count) fault\(faults.faults.count == 1 ? "" : "s")",
                place: "\(faults)", remedy: "mend the lines named above; docs/reference/recipe.md lists all keys")
        }
    }

    private static func read(_ reader: MappingReader, folder: FilePath) -> Recipe {
        var recipe = Recipe()
        recipe.name = name(reader, folder)
        recipe.title = reader.string("title") ?? recipe.name
        recipe.platforms = platforms(reader)
        let file = reader.string("dockerfile")
        if reader.choice("builder", of: ["packages", "dockerfile"]) == "dockerfile" {
            recipe.builder = .dockerfile(file ?? "Dockerfile")
        } else {
            if file != nil { reader.fault("dockerfile", "only a recipe with builder: dockerfile has this key") }
            PackagesReader.read(reader, beside: folder, into: &recipe)
        }
        if let user = reader.mapping("user") { recipe.user = ConfigReader.user(user) }
        ConfigReader.read(reader, into: &recipe)
        recipe.files = FileReader.inline(reader) + FileReader.folders(reader, beside: folder)
        FileReader.checkRepeats(recipe.files, reader)
        recipe.layers = reader.integer("layers", in: 3...10) ?? recipe.layers
        recipe.tests = (reader.mappings("test") ?? []).map { test in
            defer { test.finish() }
            return .init(
                run: test.string("run", required: true) ?? "", expects: test.string("expect"),
                native: test.string("native"))
        }
        return recipe
    }

    private static func name(_ reader: MappingReader, _ folder: FilePath) -> String {
        let name = reader.string("name", required: true) ?? ""
        let allowed = name.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D }
        if !name.isEmpty && (!allowed || name.hasPrefix("-") || name.utf8.count > 64) {
            reader.fault("name", "a name has small letters, digits and dashes, at most 64")
        }
        return name
    }

    private static func platforms(_ reader: MappingReader) -> [Platform] {
        let texts = reader.placedStrings("platforms", required: true) ?? []
        var platforms: [Platform] = []
        for (text, place) in texts {
            guard let platform = Platform(parsing: text) else {
                reader.faults.add("unknown platform \(text.escaped); known: linux/arm64, linux/amd64", at: place)
                continue
            }
            if platforms.contains(platform) { reader.faults.add("\(text) stands here twice", at: place) }
            platforms.append(platform)
        }
        return platforms
    }
}
