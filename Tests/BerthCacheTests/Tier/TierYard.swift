import BerthArchive
import BerthRegistry
import BerthStore
import BerthSystem
import BerthTestSupport
import Foundation
import SystemPackage
import Testing

@testable import BerthCache

/// Two machines with a store each, and connections of their own to one registry; waits are over at once.
struct TierYard {
    let here: CacheYard
    let there: CacheYard
    private let transport: Transport

    /// Where the entries lie on the registry.
    static let path = "team/cache"

    private init() throws {
        (here, there) = (try CacheYard(), try CacheYard())
        transport = Transport()
    }

    /// Runs a test with a yard of its own.
    static func open(_ body: (TierYard) async throws -> Void) async throws {
        let yard = try TierYard()
        do { try await body(yard) } catch {
            await yard.transport.shutDown()
            throw error
        }
        await yard.transport.shutDown()
    }

    func access(_ logins: LoginFinder = LoginFinder(files: [])) -> RegistryAccess {
        var access = RegistryAccess(transport: transport, logins: logins)
        access.policy.firstWait = .milliseconds(1)
        access.policy.longestWait = .milliseconds(20)
        access.policy.trickle = ByteCount(1)
        access.policy.piece = ByteCount(256 << 10)
        return access
    }

    func tier(
        _ yard: CacheYard, _ host: String, _ change: (inout TierSettings) -> Void = { _ in }
    ) throws -> RemoteTier {
        var settings = TierSettings(repository: try Repository(host: RegistryHost(host), path: Self.path))
        // How long sending may take is for the tests of that alone.
        settings.send = .seconds(600)
        change(&settings)
        return RemoteTier(yard.store, settings, access())
    }

    /// What a job that may read some scopes finds on the registry.
    func pull(
        _ key: String, _ restoreKeys: [String] = [], version: String = "v1", from host: String,
        as reference: String = "refs/heads/main", _ others: [String] = []
    ) async throws -> EntryCatalog.Match? {
        try await tier(there, host).pull(
            CacheKey(key), restoreKeys: restoreKeys.map { try CacheKey($0) }, version: version,
            in: CacheYard.access(reference, others))
    }

    func client(_ host: String) throws -> RegistryClient {
        try access().writer(of: Repository(host: RegistryHost(host), path: Self.path))
    }
}

extension CacheYard {
    /// Folders as package managers fill them, each with a file of random bytes that fills a pack.
    func packages(_ names: [String], bytes: Int = 5_000_000) async throws {
        for name in names {
            try await shell(
                "mkdir -p tree/site-packages/\(name) && cd tree/site-packages/\(name) && echo '\(name)' >name "
                    + "&& head -c \(bytes) /dev/urandom >data")
        }
    }

    /// Saves in a scope.
    func save(_ name: String, as key: String, in access: ScopeAccess, now: Int64 = Machine.now) async throws
        -> CacheEntry
    {
        let outcome = try await cache.save(
            [SavedPath(label: "tree", path: path(name))], as: CacheKey(key), version: "v1", in: access, now: now)
        switch outcome {
        case .saved(let entry), .present(let entry): return entry
        }
    }

    /// Moves a record's entry out of the store, as an eviction does.
    func evict(_ entry: CacheEntry) throws {
        try store.entries.remove(CacheEntry.id(entry.key, version: entry.version, in: entry.scope))
    }

    /// How many bytes an entry's packs hold, for each that it needs.
    func ratio(_ entry: CacheEntry) throws -> Double {
        let needed = try entry.readManifest(in: store).chunks.reduce(0) { $0 + $1.size }
        let held = try entry.packs.flatMap { try PackTable.read($0.digest, in: store).contents }
            .reduce(0) { $0 + $1.size }
        return Double(held) / Double(needed)
    }
}
