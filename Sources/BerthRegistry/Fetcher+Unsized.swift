package import BerthArchive
internal import BerthStore
internal import BerthSystem
internal import SystemPackage

extension Fetcher {
    /// Brings files into the store that are known by a registry's hash; the results are in the order of the files.
    ///
    /// What is there already is leased and not fetched again, as far as anybody knows under which digest it is.
    /// None may have more than `limit`; one whose hash is wrong is `.damaged` and nothing of it is kept. Throws as
    /// `fetch` of sized files does.
    package func fetch(_ files: [UnsizedFile], limit: ByteCount) async throws -> [FetchedFile] {
        let here = try await inParallel(files, limit: Machine.processors) { file in
            try await offload { try held(file, limit: limit) }
        }
        var fetched = try await download(zip(files, here).filter { $0.1 == nil }.map(\.0), limit).makeIterator()
        return here.compactMap { $0 ?? fetched.next() }
    }

    /// The file in the store, when what is there is what the registry promises.
    private func held(_ file: UnsizedFile, limit: ByteCount) throws -> FetchedFile? {
        let named = file.integrity.digest
        guard let digest = named ?? file.known?.digest, try session.keep(digest, size: nil) else { return nil }
        let path = store.path(of: digest)
        let size = ByteCount(try Files.facts(path)?.size ?? 0)
        guard size <= limit else { return nil }
        if named == nil, try !file.integrity.matches(contentsOf: path) { return nil }
        return FetchedFile(digest: digest, size: size)
    }

    private func download(_ files: [UnsizedFile], _ limit: ByteCount) async throws -> [FetchedFile] {
        guard !files.isEmpty else { return [] }
        let reachable = try offline ? locals(files) : files
        let report = FetchProgress(progress)
        report.start(total: nil)
        do {
            let found = try await inParallel(reachable, limit: exchange.policy.parallel) { file in
                try await Download.run(
                    WantedFile(file, limit: limit), into: session, exchange: exchange, progress: report, gate: gate)
            }
            let missing = zip(reachable, found).filter { $0.1 == nil }.map(\.0)
            guard missing.isEmpty else { throw MissingFiles(missing) }
            let fetched = found.compactMap(\.self)
            report.end(files: fetched.count, bytes: fetched.reduce(ByteCount(0)) { $0 + $1.size })
            return fetched
        } catch {
            report.fail(Fetcher.reason(error))
            throw error
        }
    }

    private func locals(_ files: [UnsizedFile]) throws -> [UnsizedFile] {
        let local = files.map { file in
            UnsizedFile(
                name: file.name, integrity: file.integrity, addresses: file.addresses.filter { $0.scheme == .file })
        }
        try refuseMissing(local.filter(\.addresses.isEmpty).map(\.name))
        return local
    }
}
