internal import BerthArchive
internal import BerthPackages
internal import BerthRegistry
package import BerthReport
package import BerthStore
internal import BerthSystem
package import SystemPackage

/// Where packages come from on this machine: addresses are looked up only when something is missing from the store.
package struct PackageSupply: Sendable {
    let configuration: SupplyConfiguration
    let fetcher: Fetcher
    let store: Store
    let session: IngestSession
    let progress: any ProgressSink
    let npmReach = RegistryReach()
    /// The recipe's folder: npm's configuration may lie there.
    let folder: FilePath?

    package init(
        _ configuration: SupplyConfiguration, beside folder: FilePath?, store: Store, session: IngestSession,
        progress: any ProgressSink
    ) {
        self.configuration = configuration
        self.folder = folder
        self.store = store
        self.session = session
        self.progress = progress
        fetcher = Fetcher(store: store, session: session, progress: progress, offline: configuration.offline)
    }

    /// Debian's archives by the addresses that flags, `berth.yaml` or the machine's apt give.
    ///
    /// A Release file older than the one of the lock before is refused: a mirror must not lead back in time.
    func debianArchive(after before: Lock?) throws -> DebianArchive {
        let seen = (before?.suites ?? []).map { ($0.name, $0.date) }
        return DebianArchive(
            sources: try configuration.debianSources(), fetcher: fetcher, store: store, progress: progress,
            verifier: try configuration.verifier(), lastSeen: Dictionary(seen) { max($0, $1) })
    }

    func pythonResolver() throws -> PythonResolver {
        let resolver = try PythonResolver(indexes: configuration.pythonIndexes(), offline: configuration.offline)
        try resolver.certificates.map { try fetcher.trust($0) }
        return resolver
    }

    /// npm's registries; whoever asks them from now on trusts their certificates.
    func npmConfiguration() async throws -> NpmConfiguration {
        let npm = try await configuration.npmConfiguration(beside: folder)
        try npm.certificates.map { try fetcher.trust($0.string) }
        return npm
    }

    /// Brings freshly resolved wheels into the store.
    func fetch(_ packages: [PythonPackage]) async throws {
        try await fetcher.fetch(
            packages.map { package in
                RemoteFile(
                    name: package.fileName, digest: package.digest, size: package.size ?? ByteCount(4 << 30),
                    addresses: [try Address(package.address)])
            })
    }

    /// Brings every file of a lock into the store; `MissingFiles` names those that no address serves any more.
    package func fetch(_ lock: Lock, of recipe: Recipe, platforms: [Platform]) async throws {
        let parts = lock.platforms.filter { platforms.contains($0.platform) }
        var files: [RemoteFile] = []
        for part in parts {
            let debian = try absent(part.debian) { $0.file }
            if !debian.isEmpty {
                let sources = try configuration.debianSources()
                files += debian.map { package in
                    let addresses = sources.sources(of: package.archive).map {
                        $0.address.appending(path: package.path)
                    }
                    return RemoteFile(package.file, addresses)
                }
            }
            files += try await wheels(try absent(part.wheels.map(WheelPin.init)) { $0.file }, part.pythonTarget)
            files += try await tools(part, recipe)
        }
        try await fetcher.fetch(files)
    }

    private func absent<Locked>(_ all: [Locked], _ file: (Locked) -> LockedFile) throws -> [Locked] {
        try all.filter { try !session.keep(file($0).digest, size: file($0).size) }
    }

    /// Wheels whose index is asked where they lie; offline or unknown, the fetcher says what is missing.
    func wheels(_ wheels: [WheelPin], _ target: PythonTarget?) async throws -> [RemoteFile] {
        guard !wheels.isEmpty else { return [] }
        guard !configuration.offline, let target else { return wheels.map { RemoteFile($0.file, []) } }
        let found = try await pythonResolver().wheelAddresses(for: wheels.map(\.pin), target: target)
        return try wheels.map { wheel in
            RemoteFile(wheel.file, try found[wheel.pin].map { [try Address($0.address)] } ?? [])
        }
    }

    private func tools(_ part: LockedPlatform, _ recipe: Recipe) async throws -> [RemoteFile] {
        var files: [RemoteFile] = []
        for tool in part.tools ?? [] {
            let absent = try absent(tool.files) { $0.file }
            guard !absent.isEmpty else { continue }
            files += try await addresses(of: absent, tool, part, recipe)
        }
        return files
    }
}

/// A wheel of a lock, in an environment or in a tool.
struct WheelPin {
    let pin: PythonPin
    let file: LockedFile

    init(_ wheel: LockedWheel) {
        pin = PythonPin(name: wheel.name, version: wheel.version, fileName: wheel.fileName)
        file = wheel.file
    }

    init(_ wheel: LockedToolFile) {
        pin = PythonPin(name: wheel.name, version: wheel.version, fileName: wheel.fileName)
        file = wheel.file
    }
}

extension RemoteFile {
    init(_ file: LockedFile, _ addresses: [Address]) {
        self.init(name: file.name, digest: file.digest, size: file.size, addresses: addresses)
    }
}
