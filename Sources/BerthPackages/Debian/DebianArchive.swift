internal import BerthArchive
package import BerthRegistry
package import BerthReport
package import BerthStore
internal import BerthSystem

/// Debian's archives as they are served: signed Release files, package indexes by hash, resolution over all suites.
package struct DebianArchive: Sendable {
    package let sources: DebianSources
    let fetcher: Fetcher
    let store: Store
    let progress: any ProgressSink
    let verifier: ReleaseVerifier
    /// Dates of Release files seen before, by suite, in seconds since 1970: an older one is refused.
    let lastSeen: [String: Int64]

    package init(
        sources: DebianSources, fetcher: Fetcher, store: Store, progress: any ProgressSink = NoProgress(),
        verifier: ReleaseVerifier, lastSeen: [String: Int64] = [:]
    ) {
        self.sources = sources
        self.fetcher = fetcher
        self.store = store
        self.progress = progress
        self.verifier = verifier
        self.lastSeen = lastSeen
    }

    /// Chooses the packages of several requests (usually one an architecture); each suite's Release is read once.
    ///
    /// Throws `.usage` for a set without an answer, `.damaged` for a signature or hash that does not hold, `.temporary`
    /// for a stale index.
    package func resolve(_ requests: [DebianRequest]) async throws -> [DebianResolution] {
        var releases: [DebianIndexOrigin: ReleaseFile] = [:]
        var seen: Set<DebianIndexOrigin> = []
        for request in requests {
            for origin in origins(of: request) where seen.insert(origin).inserted {
                releases[origin] = try await release(of: origin, request)
            }
        }
        let known = releases
        // Two at once: an index takes 100 MB and more while it is read.
        return try await inParallel(requests, limit: min(2, Machine.processors)) { request in
            try await resolve(request, known)
        }
    }

    /// Reads the indexes of one request and chooses; where they were read before, the choice is known.
    private func resolve(
        _ request: DebianRequest, _ releases: [DebianIndexOrigin: ReleaseFile]
    ) async throws -> DebianResolution {
        let wanted = try indexes(of: request, releases)
        let memory = ResolutionMemory(
            request, indexes: wanted.map { ($0.origin, $0.component, $0.offered[0].entry.digest) }, in: store)
        let facts = origins(of: request).compactMap { origin in releases[origin].map { $0.facts(of: origin) } }
        if let packages = try await offload({ memory.packages() }) {
            return DebianResolution(architecture: request.architecture, suites: facts, packages: packages)
        }
        var indexes: [PackagesIndex] = []
        for index in wanted { indexes.append(try await read(index)) }
        let packages = try await offload { [indexes] in
            let packages = try DebianResolver.resolve(request, in: indexes)
            memory.keep(packages, from: indexes)
            return packages
        }
        return DebianResolution(architecture: request.architecture, suites: facts, packages: packages)
    }

    /// The indexes that a request is answered from, in the order of reading.
    private func indexes(
        of request: DebianRequest, _ releases: [DebianIndexOrigin: ReleaseFile]
    ) throws -> [OfferedIndex] {
        try origins(of: request).flatMap { origin in
            guard let release = releases[origin] else { return [OfferedIndex]() }
            return try request.components.compactMap { try offered(origin, release, $0, request) }
        }
    }

    /// Chooses the packages of one request.
    package func resolve(_ request: DebianRequest) async throws -> DebianResolution {
        try await resolve([request])[0]
    }

    /// Where a pool file may be had, in the order to try.
    package func addresses(of package: DebianPackage) -> [Address] { sources.addresses(of: package) }

    /// Suite, updates and security, as apt on a normal machine has them; `sid` and `experimental` have only themselves.
    private func origins(of request: DebianRequest) -> [DebianIndexOrigin] {
        let suite = DebianIndexOrigin(suite: request.suite, archive: .main)
        guard !["sid", "unstable", "experimental"].contains(request.suite) else { return [suite] }
        let updates = DebianIndexOrigin(suite: "\(request.suite)-updates", archive: .main)
        let security = DebianIndexOrigin(suite: "\(request.suite)-security", archive: .security)
        return [suite] + (request.updates ? [updates] : []) + (request.security ? [security] : [])
    }
}

extension ReleaseFile {
    fileprivate func facts(of origin: DebianIndexOrigin) -> DebianSuiteFacts {
        DebianSuiteFacts(name: origin.suite, codename: codename, version: version, date: date, archive: origin.archive)
    }
}
