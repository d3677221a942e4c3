internal import BerthArchive
internal import BerthRegistry
internal import BerthReport
internal import BerthSystem

/// Release files: the first mirror whose file is signed, fresh and of the right suite.
extension DebianArchive {
    /// No Release file is near this size; Debian's largest has 250 kB.
    private static var sizeLimit: ByteCount { ByteCount(16 << 20) }

    /// A suite's verified Release file; nil for updates or security that the mirrors don't have.
    func release(of origin: DebianIndexOrigin, _ request: DebianRequest) async throws -> ReleaseFile? {
        let candidates = sources.sources(of: origin.archive)
        var trouble: (any Error)?
        for source in candidates {
            do { return try await release(of: origin, at: source) } catch let error as MissingFiles {
                trouble = trouble ?? error
            } catch let error as BerthError {
                if trouble == nil || trouble is MissingFiles { trouble = error }
                progress.report(.said("\(origin.suite) at \(source.address) is not used: \(error.what)"))
            }
        }
        if let error = trouble as? BerthError { throw error }
        let isGuessed = candidates.allSatisfy { $0.origin == .sibling }
        if origin.suite != request.suite, isGuessed || origin.archive == .main {
            progress.report(.said("\(origin.suite) is served by no configured address and is left out"))
            return nil
        }
        throw absent(origin, candidates)
    }

    private func release(of origin: DebianIndexOrigin, at source: DebianSources.Source) async throws -> ReleaseFile {
        let address = source.address.appending(path: "dists/\(origin.suite)/InRelease")
        let bytes = try await fetcher.document([address], limit: Self.sizeLimit, accept: nil)
        let text = try ClearsignedText(bytes, place: address.description)
        let release = try ReleaseFile(text, place: address.description)
        try await verifier.verify(text, date: release.date, place: address.description)
        try release.check(
            asked: origin.suite, now: Machine.now, checksExpiry: source.checksExpiry, notBefore: lastSeen[origin.suite],
            place: address.description)
        return release
    }

    private func absent(_ origin: DebianIndexOrigin, _ candidates: [DebianSources.Source]) -> BerthError {
        let tried = candidates.map { "\($0.address) (from \($0.origin))" }.joined(separator: ", ")
        return BerthError(
            .usage, "no configured address serves the suite \(origin.suite.escaped)", place: tried,
            done: "dists/\(origin.suite.escaped)/InRelease was not found",
            remedy: "correct the suite in the recipe, or name a mirror that has it (--debian-mirror)")
    }
}
