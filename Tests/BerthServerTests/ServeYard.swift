import BerthArchive
import BerthCache
import BerthServer
import BerthStore
import BerthSystem
import BerthTestSupport
import SystemPackage
import Testing

/// A store with a service on a free port of loopback, and a folder for other people's clients.
final class ServeYard: Sendable {
    let folder: TemporaryFolder
    let store: Store
    let url: String
    private let task: Task<Void, any Error>

    /// `beside`: another service, whose store this one serves too; `host`: the address that it listens at.
    init(
        _ settings: ServeSettings = ServeSettings(), keys: ProfileKeys? = nil, beside other: ServeYard? = nil,
        host: String = "127.0.0.1"
    ) async throws {
        var settings = settings
        settings.address = try ServeAddress("\(host):0")
        folder = try other?.folder ?? TemporaryFolder("serve")
        store = try Store.open(folder.path.appending("store"))
        let service = CacheService(store, settings: settings, keys: keys)
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
        url = "http://\(address)"
    }

    deinit { task.cancel() }

    static var roomy: ServeSettings {
        var settings = ServeSettings()
        settings.keepFree = ByteCount(0)
        return settings
    }

    func path(_ name: String) -> FilePath { folder.path.appending(name) }

    func token(
        _ reference: String = "refs/heads/main", _ mode: JobGrant.Mode = .readWrite, repository: String = "octo/hello",
        base: String? = nil, lifetime: Int64 = 600, now: Int64 = Machine.now
    ) throws -> String {
        let scope = try Scope(repository: repository, reference: reference)
        let grant = try JobGrant(scope: scope, base: base, defaultBranch: "main", mode: mode)
        return try TokenFolder(store).make(grant, lifetime: lifetime, now: now).0
    }

    /// A job's line of shell: `call` is curl with its token, `seal` ends a stream, `save KEY TREE` sends a tree.
    func run(
        _ script: String, token: String? = nil, shell: [String] = ["/bin/sh"], limit: Duration = .seconds(300),
        _ environment: [String: String] = [:]
    ) async throws -> Command.Outcome {
        let token = try token ?? self.token()
        var command = Command(FilePath(shell[0]), shell.dropFirst() + ["-uc", Self.functions + script])
        command.directory = folder.path
        command.limit = limit
        command.environment = ["BERTH_URL": url, "BERTH_TOKEN": token, "LC_ALL": "C", "API": "\(url)/cache/v1"]
            .merging(environment) { $1 }
        return try await command.run()
    }

    /// The output of such a line, which must succeed.
    @discardableResult
    func shell(_ script: String, token: String? = nil) async throws -> String {
        let outcome = try await run("set -e; \(script)", token: token)
        try #require(outcome.code == 0, "\(outcome)")
        return outcome.output
    }

    private static let functions = """
        call() { curl -sS -H "Authorization: Bearer $BERTH_TOKEN" "$@"; }
        text() { call -H 'Accept: text/plain' "$@"; }
        status() { call -o answer -w '%{http_code}\\n' "$@"; }
        seal() { printf 'BERTH COMPLETE\\n'; }
        save() { (tar --format=posix -cf - "$2" && seal) | status -T - "$API/entries?key=$1&path=tree&at=/$2"; }
        look() { text -d "key=$1" -d path=tree "$API/lookup"; }
        id() { look "$1" | sed -n 's/^entry=//p'; }
        state() { look "$1" | sed -n 's/^state=//p'; }
        lookup() { look "$1" | sed -n 's/^lookup=//p'; }

        """

    /// Which of the newest lookups have been timed; the service notes it once the last byte is on its way.
    func expectTimed(_ timed: [Bool], location: SourceLocation = #_sourceLocation) async throws {
        func found() throws -> [Bool] {
            try store.cacheLog.lookups(limit: timed.count).map { ($0.seconds ?? -1) > 0 }
        }
        for _ in 0..<500 where try found() != timed { try await Task.sleep(for: .milliseconds(20)) }
        #expect(try found() == timed, sourceLocation: location)
    }

    /// What no refused or cut save may leave: records, and files that are not whole.
    func expectNothingLeft(_ comment: String = "") async throws {
        #expect(try store.entries.list().isEmpty, "\(comment)")
        for _ in 0..<100 where !(try Files.list(store.root.appending("ingest")).isEmpty) {
            try await Task.sleep(for: .milliseconds(50))
        }
        #expect(try Files.list(store.root.appending("ingest")).isEmpty, "\(comment)")
    }
}
