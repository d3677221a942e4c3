internal import BerthArchive
internal import BerthLockfiles
internal import BerthPackages
internal import BerthRegistry
internal import BerthReport
internal import BerthStore
internal import BerthSystem
internal import SystemPackage

/// Tools out of npm packages: resolved without npm, or as a `package-lock.json` beside the recipe says.
extension ToolLocker {
    /// The package that a recipe names, with what it depends on, as one global installation.
    func npm(_ installation: NpmInstallation, isTaken: Bool, _ target: NpmTarget) async throws -> [LockedToolFile] {
        let text = installation.package.replacing("{cpu}", with: platform.npmProcessor)
        let requirement = try NpmRequirement(text)
        let resolution = try await supply.npmReach.asking {
            try await supply.npmResolver(.impatient)
                .resolve([requirement], for: target, sharing: .shallow, allowedScripts: installation.scripts)
        }
        for warning in resolution.warnings { progress.report(.said(warning)) }
        let wanted = isTaken ? resolution.packages.filter(\.isRequested) : resolution.packages
        let layout = NpmLayout(prefix: installation.prefix, style: .global)
        // What is asked for comes first: its version is the tool's.
        return try await locked(try layout.settled(wanted)).sorted { $0.isRequested && !$1.isRequested }
    }

    /// What a lock beside the recipe puts into a project's `node_modules`.
    func npm(_ project: NpmProject, _ target: NpmTarget) async throws -> [LockedToolFile] {
        let lock = try PackageLock(project.bytes, file: project.path)
        let packages = try await supply.npmConfiguration()
            .packages(of: lock, for: target, allowedScripts: project.scripts).packages
        return try await locked(try NpmLayout(prefix: project.prefix, style: .local).settled(packages))
    }

    private func locked(_ packages: [NpmPackage]) async throws -> [LockedToolFile] {
        zip(packages, try await fileSource.facts(of: packages, known: known)).map { LockedToolFile($0, $1) }
    }
}

extension LockedToolFile {
    fileprivate init(_ package: NpmPackage, _ file: LockFacts) {
        self.init(
            kind: .npm, name: package.name, version: package.version, fileName: package.fileName, size: file.size,
            sha256: file.digest, integrity: package.integrity, location: package.location,
            commands: package.bins.map { bins in
                Dictionary(bins.map { ($0.command, $0.path) }) { first, _ in first }
            }, requested: package.isRequested ? true : nil, date: file.date)
    }

    /// The package as its installer takes it.
    var npmPackage: NpmPackage? {
        guard let integrity, let location else { return nil }
        let bins = commands.map { $0.sorted { $0.key < $1.key }.map { NpmBin(command: $0.key, path: $0.value) } }
        return NpmPackage(
            name: name, version: version, location: location, integrity: integrity, fileName: fileName, bins: bins,
            isRequested: isRequested)
    }
}

extension PackageSupply {
    /// Resolves against the registries of `berth.yaml`, else of npm's own configuration.
    func npmResolver(_ policy: FetchPolicy = FetchPolicy()) async throws -> NpmResolver {
        NpmResolver(
            configuration: try await npmConfiguration(),
            fetcher: Fetcher(
                store: store, session: session, progress: progress, policy: policy, offline: configuration.offline))
    }

    /// Where locked tarballs lie now; offline, the fetcher says what is missing.
    func npm(_ files: [LockedToolFile], _ target: NpmTarget) async throws -> [RemoteFile] {
        guard !files.isEmpty else { return [] }
        guard !configuration.offline else { return files.map { RemoteFile($0.file, []) } }
        let pins = files.map { NpmPin(name: $0.name, version: $0.version, fileName: $0.fileName) }
        let found = try await npmResolver().addresses(for: pins, target: target)
        return zip(files, pins).map { RemoteFile($0.file, found[$1] ?? []) }
    }
}
