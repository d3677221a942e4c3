internal import BerthArchive
internal import BerthPackages
internal import BerthStore
internal import BerthSystem
internal import SystemPackage

/// Turns one file of a tool into a fragment: what the recipe takes of it, where the recipe puts it.
struct ToolFragment {
    let tool: LockedTool
    let file: LockedToolFile
    let source: ToolSource
    let clamp: Int64

    /// Whether the source's links belong to this file; they are made once for a tool.
    private var isFirst: Bool { tool.files.first == file }

    /// What else its bytes depend on.
    var role: String {
        get throws {
            let rules = Digest.of(try CanonicalJSON.encode(source)).hex
            let file = Digest.of(try CanonicalJSON.encode(file)).hex
            // Raised whenever other facts of a tool's file are noted.
            return "tool 2 \(tool.name) \(isFirst) \(file) \(rules)"
        }
    }

    func write(_ path: FilePath, into recorder: inout FragmentRecorder) throws {
        recorder.fragment.name = "\(file.name) \(file.version)"
        recorder.clamp = clamp
        recorder.findsBundled = true
        switch (source.origin, file.kind) {
        case (.wheel, .wheel):
            let wheel = try WheelArchive(path, fileName: file.fileName)
            try WheelExtraction(source.take).write(wheel, modified: file.date, into: &recorder)
            // Its METADATA is not among what is taken.
            recorder.fragment.statement = MetadataFile.read(Array(wheel.metadata.utf8))
        case (.archive(let archive), .archive):
            try TarExtraction(source.take, strip: archive.strip)
                .write(path, name: file.fileName, modified: file.date, into: &recorder)
        case (.npm(let installation), .npm):
            let layout = NpmLayout(prefix: installation.prefix, style: .global)
            try write(NpmInstaller(layout: layout, allowedScripts: installation.scripts), path, into: &recorder)
        case (.lockfile(let project), .npm):
            let layout = NpmLayout(prefix: project.prefix, style: .local)
            try write(NpmInstaller(layout: layout, allowedScripts: project.scripts), path, into: &recorder)
        default:
            throw BerthError(
                .usage, "the lock takes \(tool.name) from a source of another kind than the recipe has",
                remedy: "run berth image lock")
        }
        guard isFirst else { return }
        for link in source.links {
            try recorder.begin(
                TreeMember(link.path, .symlink(target: link.target), mode: 0o777, modified: file.date))
        }
    }

    private func write(_ installer: NpmInstaller, _ path: FilePath, into recorder: inout FragmentRecorder) throws {
        let label = "\(file.name)@\(file.version)"
        let tarball = try NpmTarball(path, label: label)
        guard source.take.isEmpty else {
            // Its package.json need not be among what is taken.
            recorder.fragment.statement = ManifestFile.read(tarball.packageJSON)
            return try NpmExtraction(source.take)
                .write(tarball, label: label, modified: file.date, into: &recorder)
        }
        guard let package = file.npmPackage else {
            throw BerthError(.usage, "the lock does not say where \(label) goes", remedy: "run berth image lock")
        }
        try installer.install(tarball, as: package, modified: file.date, into: &recorder)
    }
}
