internal import BerthArchive

/// Where each file of a wheel goes in an environment; made before the first byte is written.
struct WheelPlan {
    /// One file's way.
    struct Step {
        let path: ArchivePath
        let mode: UInt16
        /// Whether the first line may name the interpreter.
        let isScript: Bool
    }

    /// By the path in the wheel; files that are not installed are absent.
    private(set) var steps: [ArchivePath: Step] = [:]
    /// The commands to write, by path.
    private(set) var launchers: [(path: ArchivePath, script: EntryPoints.Script)] = []

    private let layout: VenvLayout
    private var taken: Set<ArchivePath> = []

    init(_ wheel: WheelArchive, _ layout: VenvLayout) throws {
        self.layout = layout
        let data = try ArchivePath(parsing: wheel.metadataFolder.description.dropLast(".dist-info".count) + ".data")
        for (path, entry) in wheel.entries.sorted(by: { $0.key < $1.key }) where !Self.isLeftOut(path, wheel) {
            let step = try step(path, entry, data, wheel)
            try take(step.path)
            steps[path] = step
        }
        for script in wheel.scripts.sorted(by: { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }) {
            let path = try ArchivePath(parsing: script.name).below(layout.scripts)
            try take(path)
            launchers.append((path, script))
        }
        try checkFolders()
    }

    /// Caches of compiled code from elsewhere are not trusted; records of an installer are written anew.
    private static func isLeftOut(_ path: ArchivePath, _ wheel: WheelArchive) -> Bool {
        if path.name == "__pycache__" || path.ancestors.contains(where: { $0.name == "__pycache__" }) { return true }
        let own = ["INSTALLER", "REQUESTED", "direct_url.json"]
        return wheel.isUnhashed(path) || path.parent == wheel.metadataFolder && own.contains(path.name)
    }

    private func step(
        _ path: ArchivePath, _ entry: ZipEntry, _ data: ArchivePath, _ wheel: WheelArchive
    ) throws -> Step {
        let mode: UInt16 = entry.mode & 0o111 != 0 ? 0o755 : 0o644
        guard let inside = path.relative(to: data) else {
            return Step(path: path.below(layout.sitePackages), mode: mode, isScript: false)
        }
        guard let scheme = inside.ancestors.first, let rest = inside.relative(to: scheme) else {
            throw WheelFault("\(path) lies in no known part of \(data)")
        }
        switch scheme.description {
        case "purelib", "platlib": return Step(path: rest.below(layout.sitePackages), mode: mode, isScript: false)
        case "scripts": return Step(path: rest.below(layout.scripts), mode: 0o755, isScript: true)
        case "headers":
            return Step(path: rest.below(try layout.headers(of: wheel.project)), mode: mode, isScript: false)
        case "data": return Step(path: rest.below(layout.root), mode: mode, isScript: false)
        default: throw WheelFault("\(path) lies in no known part of \(data)")
        }
    }

    private mutating func take(_ path: ArchivePath) throws {
        guard !layout.isOwn(path) else { throw WheelFault("it brings \(path), which belongs to the environment") }
        guard taken.insert(path).inserted else { throw WheelFault("it brings \(path) twice") }
    }

    private func checkFolders() throws {
        guard let (file, path) = Array(taken).inWalkOrder.firstNested else { return }
        throw WheelFault("\(file) is a file, and \(path) lies below it")
    }
}
