internal import BerthArchive
internal import BerthPackages
internal import BerthRegistry
package import BerthReport
package import BerthStore
internal import BerthSystem
internal import SystemPackage

/// Where packages come from on this machine: addresses are looked up only when something is missing from the store.
package struct PackageSupply: Sendable {
    let configuration: SupplyConfiguration
    let fetcher: Fetcher
    let store: Store
    let session: IngestSession
    let progress: any ProgressSink

    package init(
        _ configuration: SupplyConfiguration, store: Store, session: IngestSession, progress: any ProgressSink
    ) {
        self.configuration = configuration
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
        try PythonResolver(indexes: configuration.pythonIndexes(), offline: configuration.offline)
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
    package func fetch(_ lock: Lock, platforms: [Platform]) async throws {
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
            files += try await wheels(try absent(part.wheels) { $0.file }, part)
        }
        try await fetcher.fetch(files)
    }

    private func absent<Locked>(_ all: [Locked], _ file: (Locked) -> LockedFile) throws -> [Locked] {
        try all.filter { try !session.keep(file($0).digest, size: file($0).size) }
    }

    /// Wheels whose index is asked where they lie; offline or unknown, the fetcher says what is missing.
    private func wheels(_ wheels: [LockedWheel], _ part: LockedPlatform) async throws -> [RemoteFile] {
        guard !wheels.isEmpty else { return [] }
        guard !configuration.offline, let target = part.pythonTarget else {
            return wheels.map { RemoteFile($0.file, []) }
        }
        let pins = wheels.map { PythonPin(name: $0.name, version: $0.version, fileName: $0.fileName) }
        let found = try await pythonResolver().wheelAddresses(for: pins, target: target)
        return try zip(wheels, pins).map { wheel, pin in
            RemoteFile(wheel.file, try found[pin].map { [try Address($0.address)] } ?? [])
        }
    }
}

extension RemoteFile {
    fileprivate init(_ file: LockedFile, _ addresses: [Address]) {
        self.init(name: file.name, digest: file.digest, size: file.size, addresses: addresses)
    }
}
