internal import BerthArchive
internal import BerthRegistry
internal import BerthStore
internal import BerthSystem
internal import SystemPackage

/// Package indexes: fetched by hash into the store in the best compression that is served, then unpacked in memory.
extension DebianArchive {
    /// More than three times Debian's largest index.
    private static var plainLimit: Int64 { 200 << 20 }

    /// In the order in which they are tried.
    private static var extensions: [String] { [".xz", ".gz", ".zst", ""] }

    /// An index that a Release file names, in each compression that is served.
    struct OfferedIndex: Sendable {
        let origin: DebianIndexOrigin
        let release: ReleaseFile
        let component: String
        /// Below the suite's folder, without the compression's ending.
        let path: String
        /// In the order in which they are tried; never empty.
        let offered: [(path: String, entry: ReleaseFile.Entry)]
    }

    /// The index of one component and architecture; nil where updates or security have none.
    func offered(
        _ origin: DebianIndexOrigin, _ release: ReleaseFile, _ component: String, _ request: DebianRequest
    ) throws -> OfferedIndex? {
        let path = "\(component)/binary-\(request.architecture.rawValue)/Packages"
        let offered = Self.extensions.compactMap { suffix in release.entries[path + suffix].map { (path + suffix, $0) }
        }
        guard offered.isEmpty else {
            return .init(origin: origin, release: release, component: component, path: path, offered: offered)
        }
        if origin.suite != request.suite { return nil }
        throw BerthError(
            .usage, "\(origin.suite) has no packages for \(component) on \(request.architecture.rawValue)",
            place: "the signed Release file of \(origin.suite)", remedy: "correct the component or the platform")
    }

    /// Fetches an index and unpacks it.
    func read(_ index: OfferedIndex) async throws -> PackagesIndex {
        let entry = try await fetch(index.offered, of: index.origin, index.release)
        let plain = index.release.entries[index.path]
        let file = store.path(of: entry.digest)
        return try await offload {
            let place = "\(index.origin.suite) \(index.path)"
            return try PackagesIndex(Self.unpack(file, plain: plain, place: place), origin: index.origin)
        }
    }

    /// Brings the first of the offered files that is served into the store.
    private func fetch(
        _ offered: [(path: String, entry: ReleaseFile.Entry)], of origin: DebianIndexOrigin, _ release: ReleaseFile
    ) async throws -> ReleaseFile.Entry {
        var missing: MissingFiles?
        for (path, entry) in offered {
            let file = RemoteFile(
                name: "\(origin.suite) \(path)", digest: entry.digest, size: entry.size,
                addresses: addresses(path, entry, of: origin, release))
            do {
                try await fetcher.fetch([file])
                return entry
            } catch let error as MissingFiles { missing = missing ?? error }
        }
        throw BerthError(
            .temporary, "the package index of \(origin.suite) is not served as its Release file says",
            place: missing?.tried.first, done: "every compression was tried, by hash and by name",
            remedy: "the mirror may be in the middle of its update: run the same command later, or try another mirror")
    }

    /// By hash first: that name can't change under us while the mirror updates.
    private func addresses(
        _ path: String, _ entry: ReleaseFile.Entry, of origin: DebianIndexOrigin, _ release: ReleaseFile
    ) -> [Address] {
        let folder = path.split(separator: "/").dropLast().joined(separator: "/")
        let names = (release.offersByHash ? ["\(folder)/by-hash/SHA256/\(entry.digest.hex)"] : []) + [path]
        return names.flatMap { name in
            sources.sources(of: origin.archive).map { $0.address.appending(path: "dists/\(origin.suite)/\(name)") }
        }
    }

    /// The plain bytes of an index, checked once more where the Release names the plain file too.
    private static func unpack(_ file: FilePath, plain: ReleaseFile.Entry?, place: String) throws -> [UInt8] {
        if let size = plain?.size, size.value > plainLimit { throw tooLarge(place) }
        // libarchive has no member for an empty stream.
        if plain?.size.value == 0 { return [] }
        var reader = try ArchiveReader(.raw, file, limits: ArchiveLimits(entries: 1, entrySize: plainLimit))
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Int(plain?.size.value ?? 0) + 1)
        var hasher = Hasher()
        guard try reader.next() != nil else { return [] }
        try reader.readContents { piece in
            hasher.update(piece)
            piece.withUnsafeBytes { bytes.append(contentsOf: $0) }
        }
        let digest = hasher.finalize()
        guard plain.map({ $0.digest == digest && $0.size.value == Int64(bytes.count) }) ?? true else {
            throw BerthError(
                .damaged, "a package index unpacks to something else than its Release file says", place: place,
                done: "nothing of it was used", remedy: "run the same command later, or try another mirror")
        }
        return bytes
    }

    private static func tooLarge(_ place: String) -> BerthError {
        BerthError(.damaged, "a package index of more than \(ByteCount(plainLimit)) is not accepted", place: place)
    }
}
