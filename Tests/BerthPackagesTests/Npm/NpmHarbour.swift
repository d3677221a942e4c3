import BerthArchive
import BerthRegistry
import BerthReport
import BerthStore
import BerthSystem
import BerthTestSupport
import SystemPackage
import Testing

@testable import BerthPackages

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
