internal import BerthArchive
internal import BerthPackages
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
            return "tool \(tool.name) \(isFirst) \(file.location.map(\.description) ?? "-") \(file.date) \(rules)"
        }
    }

    func write(_ path: FilePath, into recorder: inout FragmentRecorder) throws {
        recorder.fragment.name = "\(file.name) \(file.version)"
        recorder.clamp = clamp
        switch (source.origin, file.kind) {
        case (.wheel, .wheel):
            let wheel = try WheelArchive(path, fileName: file.fileName)
            try WheelExtraction(source.take).write(wheel, modified: file.date, into: &recorder)
        case (.archive(let archive), .archive):
            try TarExtraction(source.take, strip: archive.strip)
                .write(path, name: file.fileName, modified: file.date, into: &recorder)
        case (.npm(let installation), .npm): try write(installation, path, into: &recorder)
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
}
