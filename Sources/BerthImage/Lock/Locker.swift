internal import BerthArchive
internal import BerthPackages
internal import BerthRegistry
internal import BerthReport
internal import BerthSystem

/// Recipe → resolution → lock: chooses the packages, learns what their files say, and writes down every file by hash.
struct Locker {
    let recipe: Recipe
    let before: Lock?
    let supply: PackageSupply
    /// Brings the files into the store, or foresees what that would tell.
    let fileSource: any LockFactSource
    let progress: any ProgressSink

    func lock() async throws -> Lock {
        let archive = try supply.debianArchive(after: before)
        let requests = recipe.platforms.map { platform in
            DebianRequest(
                suite: recipe.debian.suite, architecture: platform.architecture, packages: recipe.debian.packages,
                recommends: recipe.debian.recommends)
        }
        progress.report(.started(step: "resolve", total: Int64(requests.count), unit: .items))
        let resolutions = try await archive.resolve(requests)
        var platforms: [LockedPlatform] = []
        for (platform, resolution) in zip(recipe.platforms, resolutions) {
            platforms.append(try await locked(platform, resolution, archive, beside: platforms))
        }
        progress.report(.ended(step: "resolve", note: "\(platforms.map(\.count).reduce(0, +)) files"))
        let dates = platforms.flatMap(\.dates)
        let suites = resolutions.first?.suites ?? []
        return Lock(
            recipe: try recipe.checksum, epoch: dates.max() ?? 0,
            suites: suites.map { .init(name: $0.name, version: $0.version, date: $0.date) }, platforms: platforms)
    }

    private func locked(
        _ platform: Platform, _ resolution: DebianResolution, _ archive: DebianArchive, beside others: [LockedPlatform]
    ) async throws -> LockedPlatform {
        let facts = try await fileSource.facts(of: resolution.packages, from: archive)
        let assigner = LayerAssigner(
            resolution.packages, layers: recipe.layers, before: before?.platform(platform))
        let debian = zip(resolution.packages, facts).map { package, file in
            LockedPackage(package, date: file.date, layer: assigner.layer(of: package))
        }
        // base-files first: its folders give mode and owner to those that other packages ship too.
        let base = debian.filter { $0.name == "base-files" }
        let sorted = base + debian.filter { $0.name != "base-files" }.sorted { $0.name < $1.name }
        return try await addTools(try await addWheels(platform, sorted), beside: others)
    }

    private func addTools(_ part: LockedPlatform, beside others: [LockedPlatform]) async throws -> LockedPlatform {
        guard let tools = recipe.tools else { return part }
        guard let target = part.toolTarget else {
            throw BerthError(
                .usage, "the recipe names tools, but its Debian packages hold no libc6 that they could run on",
                remedy: "add a package to debian.packages that needs libc6, such as bash")
        }
        let locker = ToolLocker(
            platform: part.platform, target: target, before: before?.platform(part.platform),
            isSameRecipe: before?.recipe == (try recipe.checksum),
            known: ((before?.platforms ?? []) + others).npmFiles, supply: supply, fileSource: fileSource,
            progress: progress)
        var part = part
        part.tools = try await locker.lock(tools)
        return part
    }

    private func addWheels(_ platform: Platform, _ debian: [LockedPackage]) async throws -> LockedPlatform {
        let python = debian.first { $0.name == "python3" }.map { String($0.version.prefix { $0 != "-" && $0 != "+" }) }
        guard let wanted = recipe.python else {
            return LockedPlatform(platform: platform, python: python, debian: debian, wheels: [])
        }
        guard let python, let target = PythonTarget.debian(python: python, packages: debian, platform: platform) else {
            throw BerthError(
                .usage, "the recipe asks for Python requirements but its Debian packages hold no python3",
                remedy: "add python3 to the recipe's packages")
        }
        let packages = try await supply.pythonResolver().resolve(
            try wanted.requirements.map(PythonRequirement.init), for: target)
        let wheels = zip(packages, try await fileSource.facts(of: packages)).map { package, file in
            LockedWheel(
                name: package.name, version: package.version, fileName: package.fileName, size: file.size,
                sha256: package.digest, date: file.date, requested: package.isRequested)
        }
        return LockedPlatform(platform: platform, python: python, debian: debian, wheels: wheels)
    }
}

extension LockedPlatform {
    /// Package files in all.
    package var count: Int { files.count }

    /// When each of them was made, in seconds since 1970.
    var dates: [Int64] {
        debian.map(\.date) + wheels.map(\.date) + (tools ?? []).flatMap(\.files).map(\.date)
    }
}

extension [LockedPlatform] {
    /// npm packages that came once, by what their registry promises of them.
    fileprivate var npmFiles: [Integrity: FetchedFile] {
        let files = flatMap { $0.tools ?? [] }.flatMap(\.files).compactMap { file in
            file.integrity.map { ($0, FetchedFile(digest: file.sha256, size: file.size)) }
        }
        return Dictionary(files) { first, _ in first }
    }
}

extension LockedPackage {
    init(_ package: DebianPackage, date: Int64, layer: String) {
        self.init(
            name: package.name, version: package.version.text, architecture: package.architecture,
            source: package.sourceName, suite: package.origin.suite, archive: package.origin.archive,
            path: package.filename, size: package.size, sha256: package.digest, date: date, layer: layer)
    }
}
