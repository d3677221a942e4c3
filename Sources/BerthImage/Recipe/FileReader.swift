internal import BerthArchive
internal import BerthDocument
internal import BerthSystem
internal import SystemPackage

/// Reads the files that a recipe brings: `files` with inline text, `folders` copied from beside the recipe.
enum FileReader {
    /// An absolute path of the image as a path of its archive.
    static func absolute(_ text: String) -> ArchivePath? {
        guard text.hasPrefix("/") else { return nil }
        return try? ArchivePath(parsing: String(text.drop { $0 == "/" }))
    }

    static func inline(_ reader: MappingReader) -> [Recipe.File] {
        (reader.mappings("files") ?? []).compactMap { entry in
            defer { entry.finish() }
            let text = entry.string("text", required: true) ?? ""
            let mode = mode(entry) ?? 0o644
            let owner = entry.integer("owner", in: 0...65_535) ?? 0
            guard let path = path(entry, "path") else { return nil }
            return file(path, Array(text.utf8), mode: mode, owner: owner)
        }
    }

    /// Every file below a folder beside the recipe, with its executable bit; links and special files are faults.
    static func folders(_ reader: MappingReader, beside folder: FilePath) -> [Recipe.File] {
        (reader.mappings("folders") ?? []).flatMap { entry -> [Recipe.File] in
            defer { entry.finish() }
            let owner = entry.integer("owner", in: 0...65_535) ?? 0
            let target = path(entry, "to")
            guard let source = entry.string("from", required: true), let target else { return [] }
            guard let inside = try? ArchivePath(parsing: source) else {
                entry.fault("from", "a folder beside the recipe is needed, such as files")
                return []
            }
            do {
                return try walk(folder.pushing(FilePath("\(inside)")), below: target, owner: owner)
            } catch {
                entry.fault("from", (error as? BerthError).map { "\($0.what) (\($0.place ?? ""))" } ?? "\(error)")
                return []
            }
        }
    }

    static func checkRepeats(_ files: [Recipe.File], _ reader: MappingReader) {
        var seen: Set<ArchivePath> = []
        for file in files where !seen.insert(file.path).inserted {
            reader.faults.add(
                "/\(file.path) is given twice", at: reader.place(of: reader.has("files") ? "files" : "folders"))
        }
    }

    private static func walk(_ source: FilePath, below target: ArchivePath, owner: Int) throws -> [Recipe.File] {
        guard let facts = try Files.facts(source), facts.kind == .directory else {
            throw BerthError(.usage, "not a folder", place: source.string)
        }
        return try Files.list(source).flatMap { name -> [Recipe.File] in
            let path = source.appending(name)
            let place = try ArchivePath(parsing: name).below(target)
            switch try Files.facts(path) {
            case let facts? where facts.kind == .directory: return try walk(path, below: place, owner: owner)
            case let facts? where facts.kind == .file:
                let mode: UInt16 = facts.mode & 0o100 != 0 ? 0o755 : 0o644
                return [file(place, try Files.read(path), mode: mode, owner: owner)]
            default: throw BerthError(.usage, "only files and folders can be copied", place: path.string)
            }
        }
    }

    private static func file(_ path: ArchivePath, _ bytes: [UInt8], mode: UInt16, owner: Int) -> Recipe.File {
        .init(path: path, mode: mode, owner: UInt32(owner), digest: Digest.of(bytes), bytes: bytes)
    }

    private static func path(_ reader: MappingReader, _ key: String) -> ArchivePath? {
        guard let text = reader.string(key, required: true) else { return nil }
        guard let path = absolute(text) else {
            reader.fault(key, "an absolute path without . and .. is needed")
            return nil
        }
        return path
    }

    private static func mode(_ reader: MappingReader) -> UInt16? {
        guard let text = reader.string("mode") else { return nil }
        guard let mode = UInt16(text, radix: 8), mode <= 0o777 else {
            reader.fault("mode", "a mode is octal, such as 0644 or 0755")
            return nil
        }
        return mode
    }
}
