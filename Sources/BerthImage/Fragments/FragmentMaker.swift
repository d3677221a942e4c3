internal import BerthArchive
internal import BerthPackages
internal import BerthStore
internal import BerthSystem
internal import SystemPackage

/// Finds the fragment of each locked package, or makes it from the package file in the store.
struct FragmentMaker: Sendable {
    let store: Store
    let recipe: Recipe
    let part: LockedPlatform
    let epoch: Int64
    let compression: Compression
    let reuses: Bool

    /// One package to be had as a fragment.
    struct Job: Sendable {
        enum Package: Sendable {
            case debian(LockedPackage)
            case wheel(LockedWheel)
            case tool(LockedTool, LockedToolFile)
        }
        let package: Package
        let layer: String
        let position: Int
        let size: ByteCount
    }

    var jobs: [Job] {
        let debian = part.debian.map { (Job.Package.debian($0), $0.layer, $0.size) }
        let wheels = part.wheels.map { (Job.Package.wheel($0), "python", $0.size) }
        let tools = (part.tools ?? []).flatMap { tool in
            tool.files.map { (Job.Package.tool(tool, $0), Tool.layer, $0.size) }
        }
        return (debian + wheels + tools).enumerated().map { index, job in
            Job(package: job.0, layer: job.1, position: index, size: job.2)
        }
    }

    func make(_ job: Job) throws -> StoredFragment {
        switch job.package {
        case .debian(let package): try make(package)
        case .wheel(let wheel): try make(wheel)
        case .tool(let tool, let file): try make(tool, file)
        }
    }

    private var rules: FragmentRules { FragmentRules(removals: recipe.removals, compression: compression) }

    private func make(_ package: LockedPackage) throws -> StoredFragment {
        let clamp = min(epoch, package.date)
        let key = rules.key(input: package.sha256, role: "deb \(package.name)", clamp: clamp)
        let fragments = FragmentStore(store, reuses: reuses)
        if let known = fragments.find(key) { return known }
        let archive = try DebArchive(try verified(package.file))
        return try fragments.make(key, compression: compression) { recorder in
            try DebianFragment(package: package, rules: rules, clamp: clamp).write(archive, into: &recorder)
        }
    }

    private func make(_ wheel: LockedWheel) throws -> StoredFragment {
        guard let layout = try part.environment(recipe) else {
            throw BerthError(
                .usage, "the lock holds wheels but no Python that they could run on",
                remedy: "add python3 to the recipe's Debian packages and run berth image lock")
        }
        let made = WheelFragment(wheel: wheel, layout: layout, clamp: min(epoch, wheel.date))
        let key = rules.key(input: wheel.sha256, role: made.role, clamp: made.clamp)
        let fragments = FragmentStore(store, reuses: reuses)
        if let known = fragments.find(key) { return known }
        let archive = try WheelArchive(try verified(wheel.file), fileName: wheel.fileName)
        return try fragments.make(key, compression: compression) { try made.write(archive, into: &$0) }
    }

    private func make(_ tool: LockedTool, _ file: LockedToolFile) throws -> StoredFragment {
        let sources = recipe.tools?.first { $0.name == tool.name }?.sources ?? []
        guard sources.indices.contains(tool.choice) else {
            throw BerthError(
                .usage, "the lock holds \(tool.name), which the recipe does not name", remedy: "run berth image lock")
        }
        let clamp = min(epoch, file.date)
        let made = ToolFragment(tool: tool, file: file, source: sources[tool.choice], clamp: clamp)
        let key = rules.key(input: file.sha256, role: try made.role, clamp: clamp)
        let fragments = FragmentStore(store, reuses: reuses)
        if let known = fragments.find(key) { return known }
        let path = try verified(file.file)
        return try fragments.make(key, compression: compression) { try made.write(path, into: &$0) }
    }

    /// The package file, hashed once more before it is unpacked: what the store holds may have rotted since.
    private func verified(_ file: LockedFile) throws -> FilePath {
        let path = store.path(of: file.digest)
        let found = try FileDigest.of(path)
        guard found == file.digest else {
            throw BerthError(
                .damaged, "\(file.name) in the store is not what its name says (it has \(found))", place: path.string,
                done: "nothing of it was used", remedy: "run berth store repair, then the same command again")
        }
        return path
    }
}
