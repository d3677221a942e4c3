internal import BerthArchive
internal import BerthDocument
internal import BerthPackages
internal import BerthSystem
internal import SystemPackage

/// Reads what a recipe says of programs that Debian has not: `tools` and `browsers`.
enum ToolReader {
    static func tools(_ reader: MappingReader, beside folder: FilePath) -> [Tool]? {
        guard let items = reader.mappings("tools") else { return nil }
        var tools: [Tool] = []
        for item in items {
            let tool = tool(item, folder)
            if tools.contains(where: { $0.name == tool.name }) { item.fault("name", "\(tool.name) stands here twice") }
            tools.append(tool)
        }
        return tools
    }

    private static func tool(_ reader: MappingReader, _ folder: FilePath) -> Tool {
        defer { reader.finish() }
        let name = reader.string("name", required: true) ?? ""
        if !name.isEmpty && !PackagesReader.isName(name) {
            reader.fault("name", "a tool's name has small letters, digits and -+., and more than one of them")
        }
        let sources = (reader.mappings("from", required: true) ?? []).compactMap { source($0, folder) }
        return Tool(name: name, optional: reader.string("optional"), sources: sources)
    }

    private static func source(_ reader: MappingReader, _ folder: FilePath) -> ToolSource? {
        defer { reader.finish() }
        let kinds = ["wheel", "npm", "lockfile", "archive"].filter(reader.has)
        let origin =
            switch kinds {
            case ["wheel"]: wheel(reader)
            case ["npm"]: npm(reader)
            case ["lockfile"]: lockfile(reader, folder)
            case ["archive"]: archive(reader)
            default: noOrigin(reader)
            }
        let take = placements(reader)
        let links = (reader.pairs("links") ?? []).compactMap { path, target, place -> ToolSource.Link? in
            guard let path = FileReader.absolute(path), !target.isEmpty else {
                reader.faults.add("a link needs an absolute path and a target", at: place)
                return nil
            }
            return .init(path: path, target: target)
        }
        if take.isEmpty, kinds != ["npm"], kinds != ["lockfile"], !reader.has("take") {
            reader.faults.add("\"take\" is missing: what of it goes where", at: reader.place)
        }
        return origin.map { ToolSource(origin: $0, take: take, links: links.sorted { $0.path < $1.path }) }
    }

    private static func noOrigin(_ reader: MappingReader) -> ToolSource.Origin? {
        for key in ["wheel", "npm", "lockfile", "archive"] { _ = reader.node(key) }
        reader.faults.add("a source is one of wheel, npm, lockfile and archive", at: reader.place)
        return nil
    }

    private static func placements(_ reader: MappingReader) -> [Placement] {
        (reader.pairs("take") ?? []).compactMap { from, to, place in
            guard let from = try? ArchivePath(parsing: from), let to = FileReader.absolute(to) else {
                reader.faults.add(
                    "what is taken is a path in the archive and its absolute path in the image", at: place)
                return nil
            }
            return Placement(from: from, to: to)
        }.sorted { $0.from < $1.from }
    }

    private static func wheel(_ reader: MappingReader) -> ToolSource.Origin? {
        guard let text = reader.string("wheel") else { return nil }
        if let fault = PythonRequirement.fault(in: text) {
            reader.fault("wheel", "\"\(PythonRequirement.shown(text))\" is not a Python requirement: \(fault)")
        }
        return .wheel(text)
    }

    private static func npm(_ reader: MappingReader) -> ToolSource.Origin? {
        guard let text = reader.string("npm") else { return nil }
        if let fault = NpmRequirement.fault(in: text.replacing("{cpu}", with: "x64")) {
            reader.fault("npm", "\(NpmRequirement.shown(text)) is not an npm requirement: \(fault)")
        }
        return .npm(
            NpmInstallation(package: text, prefix: prefix(reader) ?? "usr/local", scripts: scripts(reader)))
    }

    private static func lockfile(_ reader: MappingReader, _ folder: FilePath) -> ToolSource.Origin? {
        let place = prefix(reader, required: true)
        let scripts = scripts(reader)
        guard let text = reader.string("lockfile"), let place else { return nil }
        guard let inside = try? ArchivePath(parsing: text),
            let bytes = try? Files.read(folder.pushing(FilePath("\(inside)")), limit: 64 << 20)
        else {
            reader.fault("lockfile", "a package-lock.json below the recipe's folder is needed")
            return nil
        }
        return .lockfile(
            NpmProject(path: text, digest: Digest.of(bytes), prefix: place, scripts: scripts, bytes: bytes))
    }

    private static func prefix(_ reader: MappingReader, required: Bool = false) -> ArchivePath? {
        guard let text = reader.string("prefix", required: required) else { return nil }
        if let path = FileReader.absolute(text) { return path }
        reader.fault("prefix", "an absolute path is needed, such as /usr/local")
        return nil
    }

    private static func scripts(_ reader: MappingReader) -> [String: String] {
        let pairs = reader.pairs("scripts") ?? []
        for (name, reason, place) in pairs where reason.isEmpty {
            reader.faults.add("why \(name.escaped) works without its scripts is missing", at: place)
        }
        return Dictionary(pairs.map { ($0.key, $0.text) }) { first, _ in first }
    }

    private static func archive(_ reader: MappingReader) -> ToolSource.Origin? {
        guard let address = reader.string("archive") else { return nil }
        var archive = ToolArchive(address: address, hashes: [:])
        if !["https://", "http://", "file:///"].contains(where: address.hasPrefix) {
            reader.fault("archive", "an address is needed, such as https://host/name-{cpu}.tar.xz")
        }
        for (key, text, place) in reader.pairs("sha256", required: true) ?? [] {
            guard let platform = Platform(parsing: key), let digest = try? Digest(hex: text) else {
                reader.faults.add("a platform and 64 hexadecimal digits are needed", at: place)
                continue
            }
            archive.hashes[platform] = digest
        }
        archive.strip = reader.integer("strip", in: 0...8) ?? 1
        archive.version = reader.string("version")
        if let version = archive.version, !LockCheck.isWord(version, also: "+.!-_~") {
            reader.fault("version", "a version is needed, such as 24.11.0")
        }
        return .archive(archive)
    }

    static func browsers(_ reader: MappingReader) -> Browsers? {
        guard let reader = reader.mapping("browsers") else { return nil }
        defer { reader.finish() }
        var browsers = Browsers(revisions: [:])
        browsers.folder = path(reader, "folder") ?? browsers.folder
        browsers.chromium = path(reader, "chromium") ?? browsers.chromium
        for (release, text, place) in reader.pairs("revisions", required: true) ?? [] {
            guard let revision = Int(text), revision > 0 else {
                reader.faults.add("the revision of \(release.escaped) is a number", at: place)
                continue
            }
            browsers.revisions[release] = revision
        }
        browsers.videos = reader.mapping("videos").map { videos($0) }
        return browsers
    }

    private static func videos(_ reader: MappingReader) -> Browsers.Videos {
        defer { reader.finish() }
        var videos = Browsers.Videos(revisions: [])
        videos.ffmpeg = path(reader, "ffmpeg") ?? videos.ffmpeg
        for (text, place) in reader.placedStrings("revisions", required: true) ?? [] {
            guard let revision = Int(text), revision > 0 else {
                reader.faults.add("a revision of ffmpeg is a number", at: place)
                continue
            }
            videos.revisions.append(revision)
        }
        return videos
    }

    private static func path(_ reader: MappingReader, _ key: String) -> ArchivePath? {
        guard let text = reader.string(key) else { return nil }
        if let found = FileReader.absolute(text) { return found }
        reader.fault(key, "an absolute path is needed")
        return nil
    }
}
