internal import BerthArchive
package import BerthReport
package import BerthStore
internal import BerthSystem
internal import SystemPackage

/// Bounded fetching: files are verified while they stream into the store, small documents come as bytes.
///
/// What it adds or finds is leased by the session; the session's owner commits it.
package struct Fetcher: Sendable {
    let store: Store
    let session: IngestSession
    let progress: any ProgressSink
    let offline: Bool
    let exchange: Exchange
    let gate: Gate

    /// Fetches into `store` under the session's lease; `offline` reads local mirrors only and makes no connection.
    package init(
        store: Store, session: IngestSession, progress: any ProgressSink, policy: FetchPolicy = .init(),
        offline: Bool = false, transport: Transport = .shared
    ) {
        self.init(
            store: store, session: session, progress: progress, offline: offline,
            exchange: Exchange(transport: transport, policy: policy))
    }

    /// The same through an exchange that a registry lets in.
    init(store: Store, session: IngestSession, progress: any ProgressSink, offline: Bool = false, exchange: Exchange) {
        self.store = store
        self.session = session
        self.progress = progress
        self.offline = offline
        self.exchange = exchange
        gate = Gate(exchange.policy.parallel)
    }

    /// Trusts the certificates of a PEM file too, for all that this fetcher's transport does from now on.
    package func trust(_ certificates: String) throws { try exchange.transport.trust(certificates) }

    /// Brings files into the store, biggest first; what is there already is leased and not fetched again.
    ///
    /// Throws `MissingFiles` with all the files that no address serves, once the others are there; else a `BerthError`:
    /// `.damaged`, `.authenticationNeeded`, `.temporary`.
    package func fetch(_ files: [RemoteFile]) async throws {
        let absent = try await absent(files)
        guard !absent.isEmpty else { return }
        let reachable = try offline ? locals(absent) : absent
        let total = absent.reduce(ByteCount(0)) { $0 + $1.size }
        let report = FetchProgress(progress)
        report.start(total: total)
        do {
            let found = try await inParallel(reachable, limit: exchange.policy.parallel) { file in
                try await Download.run(
                    WantedFile(file), into: session, exchange: exchange, progress: report, gate: gate)
            }
            let missing = zip(reachable, found).filter { $0.1 == nil }.map(\.0)
            guard missing.isEmpty else { throw MissingFiles(missing) }
            report.end(files: absent.count, bytes: total)
        } catch {
            report.fail(Fetcher.reason(error))
            throw error
        }
    }

    /// The files that the store lacks, each once, biggest first; all others are leased.
    private func absent(_ files: [RemoteFile]) async throws -> [RemoteFile] {
        let session = session
        return try await offload {
            var seen: Set<Digest> = []
            return
                try files
                .filter { seen.insert($0.digest).inserted }
                .filter { try !session.keep($0.digest, size: $0.size) }
                .sorted { ($0.size, $1.name, $0.digest) > ($1.size, $0.name, $1.digest) }
        }
    }

    /// What can be had without a connection; throws with the names of all that can't.
    private func locals(_ files: [RemoteFile]) throws -> [RemoteFile] {
        let local = files.map { file in
            RemoteFile(
                name: file.name, digest: file.digest, size: file.size,
                addresses: file.addresses.filter { $0.scheme == .file })
        }
        try refuseMissing(local.filter(\.addresses.isEmpty).map(\.name))
        return local
    }

    /// Throws when there are names of files that can't be had offline.
    func refuseMissing(_ names: [String]) throws {
        let lacking = names.map(\.escaped).sorted()
        guard !lacking.isEmpty else { return }
        throw BerthError(
            .failed,
            "\(lacking.count == 1 ? "a file is" : "\(lacking.count) files are") not in the store, and offline "
                + "nothing is fetched: \(MissingFiles.list(lacking))",
            place: store.root.string, done: "no connection was made", remedy: "run it once without --offline")
    }

    static func reason(_ error: any Error) -> String {
        switch error {
        case let known as BerthError: known.what
        case let known as MissingFiles: known.explained.what
        case is CancellationError: "cancelled"
        default: "\(error)".escaped
        }
    }
}
