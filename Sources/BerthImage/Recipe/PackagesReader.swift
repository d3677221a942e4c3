internal import BerthArchive
internal import BerthDocument
internal import BerthPackages
internal import BerthSystem
internal import SystemPackage

/// Reads what a recipe says of packages: `debian`, `python`, `tools`, `browsers`, `remove`.
enum PackagesReader {
    static func read(_ reader: MappingReader, beside folder: FilePath, into recipe: inout Recipe) {
        if let debian = reader.mapping("debian", required: true) { recipe.debian = self.debian(debian) }
        if let python = reader.mapping("python") { recipe.python = self.python(python) }
        recipe.tools = ToolReader.tools(reader, beside: folder)
        recipe.browsers = ToolReader.browsers(reader)
        for (text, place) in reader.placedStrings("remove", allowEmpty: true) ?? [] {
            guard let removal = Removal(rawValue: text) else {
                let known = Removal.allCases.map(\.rawValue)
                reader.faults.add(
                    "nothing is called \(text.escaped)\(Suggestion.text(for: text, among: known))", at: place)
                continue
            }
            recipe.removals.append(removal)
        }
    }

    private static func debian(_ reader: MappingReader) -> Recipe.Debian {
        defer { reader.finish() }
        var debian = Recipe.Debian()
        debian.suite = reader.string("suite", required: true) ?? ""
        if !isName(debian.suite) { reader.fault("suite", "a suite is a name such as trixie") }
        for (name, place) in reader.placedStrings("packages", required: true) ?? [] {
            if !isName(name) { reader.faults.add("\(name.escaped) is no Debian package name", at: place) }
            if debian.packages.contains(name) { reader.faults.add("\(name) stands here twice", at: place) }
            debian.packages.append(name)
        }
        debian.recommends = reader.boolean("recommends") ?? false
        return debian
    }

    private static func python(_ reader: MappingReader) -> Recipe.Python {
        defer { reader.finish() }
        var python = Recipe.Python()
        if let folder = reader.string("folder") {
            if let path = FileReader.absolute(folder) {
                python.folder = path
            } else {
                reader.fault("folder", "an absolute path is needed, such as /opt/venv")
            }
        }
        for (requirement, place) in reader.placedStrings("requirements", required: true) ?? [] {
            if let fault = PythonRequirement.fault(in: requirement) {
                let shown = PythonRequirement.shown(requirement)
                reader.faults.add("\"\(shown)\" is not a Python requirement: \(fault)", at: place)
            }
            python.requirements.append(requirement)
        }
        return python
    }

    /// Debian policy §5.6.1: small letters, digits, plus, minus, dot.
    static func isName(_ text: String) -> Bool {
        text.utf8.count > 1
            && text.utf8.allSatisfy {
                (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || [0x2B, 0x2D, 0x2E].contains($0)
            }
    }
}
