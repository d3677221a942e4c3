import BerthArchive
import BerthStore
import BerthSystem
import BerthTestSupport
import SystemPackage
import Testing

@testable import BerthCache

/// How a test reaches the cache.
enum Way: CaseIterable, Sendable {
    /// The test opens the store.
    case local
    /// A service has the store, and the trees go there and back over HTTP.
    case service
}

/// A folder with a store, trees to save and places to restore to.
struct CacheYard {
    /// Goes away with the yard.
    let folder: TemporaryFolder
    /// Where all of it lies.
    let root: FilePath
    let store: Store
    let cache: LocalCache
    /// What `root` lies on, where that is another file system.
    private let disk: (any Sendable)?
    let way: Way
    let transport: any CacheTransport
    /// Nil where the test opens the store.
    let service: RunningService?

    init() throws {
        folder = try TemporaryFolder("cache")
        (root, disk) = (folder.path, nil)
        store = try Store.open(root.appending("store"))
        cache = LocalCache(store)
        (way, service) = (.local, nil)
        transport = LocalTransport(cache, try Self.access())
    }

    init(_ way: Way) async throws {
        folder = try TemporaryFolder("cache")
        (root, disk) = (folder.path, nil)
        store = try Store.open(root.appending("store"))
        cache = LocalCache(store)
        self.way = way
        let service = way == .service ? try await RunningService(store) : nil
        self.service = service
        transport = try service?.transport() ?? LocalTransport(cache, Self.access())
    }

    /// A yard that lies elsewhere, on what is kept with it.
    init(at root: FilePath, keeping disk: any Sendable) throws {
        folder = try TemporaryFolder("cache")
        (self.root, self.disk) = (root, disk)
        try Files.makeDirectory(root)
        store = try Store.open(root.appending("store"))
        cache = LocalCache(store)
        (way, service) = (.local, nil)
        transport = LocalTransport(cache, try Self.access())
    }

    func path(_ name: String) -> FilePath { root.appending(name) }

    /// The cache as a job of another reference reaches it.
    func transport(_ reference: String, _ others: [String] = []) throws -> any CacheTransport {
        // Each token names a default branch: a job's own reference is none besides.
        if let service { return try service.transport(reference, defaultBranch: others.first ?? reference) }
        return LocalTransport(cache, try Self.access(reference, others))
    }

    /// Writes a tree below the root.
    func write(_ tree: Tree) throws { try tree.write(to: root) }

    static func access(_ reference: String = "refs/heads/main", _ others: [String] = []) throws -> ScopeAccess {
        ScopeAccess(
            own: try Scope(repository: "octo/hello", reference: reference),
            others: try others.map { try Scope(repository: "octo/hello", reference: $0) })
    }

    @discardableResult
    func save(_ name: String, as key: String = "key") async throws -> CacheEntry {
        try await save([("tree", name)], as: key)
    }

    /// Saves trees by label; the entry as the store has it.
    @discardableResult
    func save(_ trees: [(String, String)], as key: String) async throws -> CacheEntry {
        let saved = try #require(
            try await transport.save(
                trees.map { SavedPath(label: $0.0, path: path($0.1)) }, as: CacheKey(key), version: "v1", cost: nil))
        if let entry = saved.entry { return entry }
        return try #require(EntryCatalog(store).entry(saved.summary.id, in: Self.access()))
    }

    @discardableResult
    func restore(
        _ entry: CacheEntry, to name: String, _ options: RestoreOptions = RestoreOptions()
    ) async throws -> RestoreOutcome {
        try await restore(entry, [("tree", name)], options)
    }

    @discardableResult
    func restore(
        _ entry: CacheEntry, _ places: [(String, String)], _ options: RestoreOptions = RestoreOptions()
    ) async throws -> RestoreOutcome {
        let outcome = try await transport.restore(
            FoundEntry(EntrySummary(entry), isExact: true, entry: entry),
            to: places.map { Destination(label: $0.0, path: path($0.1)) }, options: options)
        #expect(outcome.notes.isEmpty, "\(outcome.notes)")
        return outcome
    }

    /// Kind, mode, time, size, target and number of names of all below a folder, as find(1) has them.
    func list(_ name: String) async throws -> String {
        try await shell(
            "cd \(name) && find . -printf '%p %y %m %T@ %s %l %n\\n' | sort | sed 's/^\\(.* d [0-9]* [0-9.]*\\) [0-9]*/\\1/'"
        )
    }

    @discardableResult
    func shell(_ script: String) async throws -> String {
        var command = Command("/bin/sh", ["-euc", script])
        command.directory = root
        command.environment["LC_ALL"] = "C"
        return try await command.output()
    }
}
