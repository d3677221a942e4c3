import BerthArchive
import BerthStore
import BerthSystem
import BerthTestSupport
import SystemPackage
import Testing

@testable import BerthCache

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

    init() throws {
        folder = try TemporaryFolder("cache")
        (root, disk) = (folder.path, nil)
        store = try Store.open(root.appending("store"))
        cache = LocalCache(store)
    }

    /// A yard that lies elsewhere, on what is kept with it.
    init(at root: FilePath, keeping disk: any Sendable) throws {
        folder = try TemporaryFolder("cache")
        (self.root, self.disk) = (root, disk)
        try Files.makeDirectory(root)
        store = try Store.open(root.appending("store"))
        cache = LocalCache(store)
    }

    func path(_ name: String) -> FilePath { root.appending(name) }

    /// Writes a tree below the root.
    func write(_ tree: Tree) throws { try tree.write(to: root) }

    static func access(_ reference: String = "refs/heads/main", _ others: [String] = []) throws -> ScopeAccess {
        ScopeAccess(
            own: try Scope(repository: "octo/hello", reference: reference),
            others: try others.map { try Scope(repository: "octo/hello", reference: $0) })
    }

    @discardableResult
    func save(_ name: String, as key: String = "key") async throws -> CacheEntry {
        let outcome = try await cache.save(
            [SavedPath(label: "tree", path: path(name))], as: CacheKey(key), version: "v1", in: Self.access())
        switch outcome {
        case .saved(let entry), .present(let entry): return entry
        }
    }

    @discardableResult
    func restore(
        _ entry: CacheEntry, to name: String, _ options: RestoreOptions = RestoreOptions()
    ) async throws -> RestoreOutcome {
        let outcome = try await cache.restore(
            entry, to: [Destination(label: "tree", path: path(name))], options: options)
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
