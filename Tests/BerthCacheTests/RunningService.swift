import BerthArchive
import BerthRegistry
import BerthServer
import BerthStore
import BerthSystem
import BerthTestSupport

@testable import BerthCache

/// A service on a free port of loopback, for as long as somebody holds it.
final class RunningService: Sendable {
    let address: ServeAddress
    private let store: Store
    private let task: Task<Void, any Error>

    init(
        _ store: Store, _ settings: ServeSettings = ServeSettings(), tier: RemoteTier? = nil,
        tell: @escaping @Sendable (String) -> Void = { _ in }
    ) async throws {
        var settings = settings
        settings.address = try ServeAddress("127.0.0.1:0")
        settings.keepFree = .init(0)
        self.store = store
        let service = CacheService(store, settings: settings, tier: tier, tell: tell)
        let (addresses, found) = AsyncStream<ServeAddress>.makeStream()
        task = Task {
            defer { found.finish() }
            try await CacheServer(service).run(handlesSignals: false) { found.yield($0) }
        }
        var first = addresses.makeAsyncIterator()
        guard let address = await first.next() else {
            try await task.value
            throw BerthError(.failed, "the service ended before it listened")
        }
        self.address = address
    }

    deinit { task.cancel() }

    func token(
        _ reference: String = "refs/heads/main", _ mode: JobGrant.Mode = .readWrite, defaultBranch: String = "main"
    ) throws -> String {
        let scope = try Scope(repository: "octo/hello", reference: reference)
        let grant = try JobGrant(scope: scope, base: nil, defaultBranch: defaultBranch, mode: mode)
        return try TokenFolder(store).make(grant, lifetime: 600).0
    }

    func transport(
        _ reference: String = "refs/heads/main", _ mode: JobGrant.Mode = .readWrite, defaultBranch: String = "main"
    ) throws -> RemoteCache {
        let token = try token(reference, mode, defaultBranch: defaultBranch)
        var policy = FetchPolicy()
        // The service shares the machine with all tests of the target, and may be silent for long.
        policy.silence = .seconds(600)
        return RemoteCache(try ServiceClient(Address("http://\(address)"), token: token, policy: policy))
    }
}
