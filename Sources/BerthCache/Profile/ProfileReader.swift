internal import BerthDocument
internal import BerthSystem

/// Reads a profile strictly: unknown keys, wrong kinds and impossible values are reported together, each with its line.
package enum ProfileReader {
    /// Profiles are a few hundred bytes.
    static let limit = 256 << 10

    /// Reads a profile's bytes; `file` is its path, for faults.
    ///
    /// Throws `.usage`.
    package static func read(_ bytes: [UInt8], file: String) throws -> CacheProfile {
        do {
            let faults = Faults()
            let document = try YAMLDocument(bytes, file: file, faults: faults, limit: limit)
            let reader = MappingReader(document.root, faults, name: "the profile")
            let profile = profile(reader)
            reader.finish()
            try faults.check()
            return profile
        } catch {
            let faults = error.faults
            throw BerthError(
                .usage, "the profile has \(faults.count) fault\(faults.count == 1 ? "" : "s")",
                place: "\(error)", remedy: "mend the lines named above; docs/reference/profiles.md lists all keys")
        }
    }

    private static func profile(_ reader: MappingReader) -> CacheProfile {
        var profile = CacheProfile()
        profile.name = name("name", reader)
        profile.title = reader.string("title") ?? profile.name
        let kinds = CacheProfile.Contents.allCases.map(\.rawValue)
        let kind = reader.choice("caches", of: kinds, required: true)
        profile.caches = kind.flatMap { CacheProfile.Contents(rawValue: $0) } ?? .downloads
        let mode = reader.choice("by", of: KeyMode.allCases.map(\.rawValue))
        profile.mode = mode.flatMap { KeyMode(rawValue: $0) } ?? .packages
        profile.lockfiles = patterns("lockfiles", reader)
        profile.tells = reader.has("detect") ? patterns("detect", reader) : profile.lockfiles
        profile.packages = reader.strings("packages") ?? []
        profile.settings = patterns("settings", reader)
        profile.variables = names("variables", reader)
        profile.paths = (reader.mappings("paths", allowEmpty: true) ?? []).map { path($0) }
        checkRepeats(profile.paths.map(\.label), "paths", reader)
        profile.switches = switches(reader)
        profile.toolchain = toolchain(reader)
        profile.partial = reader.boolean("partial") ?? false
        profile.install = reader.string("install")
        return profile
    }

    private static func name(_ key: String, _ reader: MappingReader) -> String {
        let name = reader.string(key, required: true) ?? ""
        let allowed = name.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D }
        if !name.isEmpty && (!allowed || name.hasPrefix("-") || name.utf8.count > 64) {
            reader.fault(key, "a \(key) has small letters, digits and dashes, at most 64")
        }
        return name
    }

    private static func path(_ reader: MappingReader) -> CacheProfile.Path {
        defer { reader.finish() }
        var path = CacheProfile.Path()
        path.label = name("label", reader)
        path.places = places("at", reader) ?? []
        path.linux = places("linux", reader)
        path.linuxRoot = places("linux-root", reader)
        path.macos = places("macos", reader)
        if path.places.isEmpty, path.linux == nil || path.macos == nil {
            reader.fault("label", "\(path.label) lies nowhere: give \"at\", or both \"linux\" and \"macos\"")
        }
        path.expandsTilde = reader.boolean("tilde") ?? true
        path.exclude = patterns("exclude", reader)
        return path
    }

    private static func places(_ key: String, _ reader: MappingReader) -> [PathTemplate]? {
        reader.placedStrings(key)?
            .compactMap { text, place in
                if let template = PathTemplate(text) { return template }
                reader.faults.add(
                    "\"\(text.escaped)\" is no place; write $NAME/…, ~/…, /… or a path in the checkout, without ..",
                    at: place)
                return nil
            }
    }

    private static func patterns(_ key: String, _ reader: MappingReader) -> [String] {
        (reader.placedStrings(key, allowEmpty: true) ?? [])
            .map { text, place in
                if (try? Glob(inTree: [text]))?.isEmpty != false || text.hasPrefix("/") {
                    reader.faults.add(
                        "\"\(text.escaped)\" is no pattern of paths, as hashFiles has them, without a first slash",
                        at: place)
                }
                return text
            }
    }

    private static func names(_ key: String, _ reader: MappingReader) -> [String] {
        (reader.placedStrings(key, allowEmpty: true) ?? [])
            .map { text, place in
                if !isVariable(text) { reader.faults.add("\"\(text.escaped)\" is no name of a variable", at: place) }
                return text
            }
    }

    private static func isVariable(_ text: some StringProtocol) -> Bool {
        !text.isEmpty && text.first?.isNumber == false
            && text.allSatisfy { ($0.isASCII && ($0.isLetter || $0.isNumber)) || $0 == "_" }
    }

    private static func switches(_ reader: MappingReader) -> [CacheProfile.Switch] {
        (reader.placedStrings("off") ?? [])
            .map { text, place in
                let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                if !isVariable(parts[0]) { reader.faults.add("write NAME or NAME=VALUE", at: place) }
                return .init(variable: String(parts[0]), value: parts.count > 1 ? String(parts[1]) : nil)
            }
    }

    private static func toolchain(_ reader: MappingReader) -> [ToolchainFact] {
        let known = ToolchainFact.allCases.map(\.rawValue)
        let found = reader.placedStrings("toolchain", required: true, allowEmpty: true) ?? []
        checkRepeats(found.map(\.text), "toolchain", reader)
        return found.compactMap { text, place in
            if let fact = ToolchainFact(rawValue: text) { return fact }
            let hint = Suggestion.text(for: text, among: known)
            reader.faults.add(
                "\"\(text.escaped)\" is no fact of a toolchain\(hint.isEmpty ? "; known: \(known.joined(separator: ", "))" : hint)",
                at: place)
            return nil
        }
    }

    private static func checkRepeats(_ texts: [String], _ key: String, _ reader: MappingReader) {
        for (index, text) in texts.enumerated() where texts[..<index].contains(text) {
            reader.fault(key, "\(text.escaped) stands here twice")
        }
    }
}
