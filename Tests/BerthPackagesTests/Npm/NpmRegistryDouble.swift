import BerthArchive
import BerthRegistry
import BerthReport
import BerthStore
import BerthSystem
import BerthTestSupport
import SystemPackage
import Testing

@testable import BerthPackages

/// An npm registry of packages that a test makes, for a mirror to serve.
struct NpmRegistryDouble: Sendable {
    /// Path to bytes; `REGISTRY` stands for the mirror's address.
    private var pages: [String: String] = [:]
    private var files: [String: [UInt8]] = [:]

    /// `tags` are dist-tags by package; the last version of a package is its latest where nothing else is said.
    init(_ packages: [NpmBuilder], tags: [String: [(String, String)]] = [:], withLibc: Bool = true) throws {
        for name in Set(packages.map(\.name)) {
            let own = packages.filter { $0.name == name }
            let versions = try own.map { ($0.version, try $0.metadata(registry: "REGISTRY", withLibc: withLibc)) }
            let named = tags[name] ?? [("latest", own.last?.version ?? "")]
            pages[name] = JSON.object([
                ("name", JSON.text(name)), ("dist-tags", JSON.object(named.map { ($0.0, JSON.text($0.1)) })),
                ("versions", JSON.object(versions)),
            ])
            for package in own {
                files["\(name)/-/\(package.fileName)"] = try package.tarball()
                pages["\(name)/\(package.version)"] = try package.metadata(registry: "REGISTRY", withLibc: true)
            }
        }
    }

    func bytes(_ path: String, registry: String) -> [UInt8]? {
        if let page = pages[path] { return Array(page.replacing("REGISTRY", with: registry).utf8) }
        return files[path]
    }

    /// Serves for as long as `body` runs.
    func serving<Result: Sendable>(_ body: (Mirror) async throws -> Result) async throws -> Result {
        let address = Box()
        return try await Mirror.serving { path in
            bytes(path, registry: await address.text)
        } _: { mirror in
            await address.set(mirror.address)
            return try await body(mirror)
        }
    }

    private actor Box {
        private(set) var text = ""
        func set(_ text: String) { self.text = text }
    }
}

/// What a test of npm packages needs: a store of its own, and connections of its own.
final class NpmHarbour: Sendable {
    let folder: TemporaryFolder
    let store: Store
    let session: IngestSession
    let transport = Transport(environment: [:])
    let target: NpmTarget

    init(_ processor: NpmTarget.Processor = .arm64, node: String = "24.11.0") throws {
        folder = try TemporaryFolder("npm")
        store = try Store.open(folder.path.appending("store"))
        session = try store.beginIngest(purpose: "test")
        target = try #require(NpmTarget(processor: processor, node: node))
    }

    /// Runs a test with a harbour of its own, whose connections are closed after it.
    static func open<Result>(
        _ processor: NpmTarget.Processor = .arm64, node: String = "24.11.0", _ body: (NpmHarbour) async throws -> Result
    ) async throws -> Result {
        let harbour = try NpmHarbour(processor, node: node)
        do {
            let result = try await body(harbour)
            await harbour.transport.shutDown()
            return result
        } catch {
            await harbour.transport.shutDown()
            throw error
        }
    }

    var fetcher: Fetcher {
        var policy = FetchPolicy()
        policy.firstWait = .milliseconds(1)
        policy.longestWait = .milliseconds(20)
        policy.trickle = ByteCount(1)
        return Fetcher(store: store, session: session, progress: NoProgress(), policy: policy, transport: transport)
    }

    func configuration(_ mirror: Mirror) throws -> NpmConfiguration {
        NpmConfiguration(registry: try Address(mirror.address))
    }

    func resolve(
        _ requirements: [String], from mirror: Mirror, sharing: NpmResolver.Sharing = .hoisted,
        allowed: [String: String] = [:]
    ) async throws -> NpmResolver.Resolution {
        try await NpmResolver(configuration: configuration(mirror), fetcher: fetcher).resolve(
            requirements.map { try NpmRequirement($0) }, for: target, sharing: sharing, allowedScripts: allowed)
    }

    /// Fetches packages and installs them into a folder; the result is where that is.
    func install(
        _ packages: [NpmPackage], layout: NpmLayout, into name: String = "root", allowed: [String: String] = [:]
    ) async throws -> FilePath {
        let wanted = packages.map { UnsizedFile(name: $0.fileName, integrity: $0.integrity, addresses: $0.addresses) }
        let files = try await fetcher.fetch(wanted, limit: ByteCount(64 << 20))
        let root = folder.path.appending(name)
        let installer = NpmInstaller(layout: layout, allowedScripts: allowed)
        for (package, file) in zip(try layout.settled(packages), files) {
            var writer = FolderWriter(root: root)
            let tarball = try NpmTarball(store.path(of: file.digest), label: package.label)
            try installer.install(tarball, as: package, into: &writer)
        }
        return root
    }
}

struct NoProgress: ProgressSink { func report(_ event: ProgressEvent) {} }
