internal import BerthArchive
internal import BerthPackages
internal import BerthRegistry
internal import BerthStore
internal import BerthSystem
internal import SystemPackage

/// Brings the files into the store and looks into them.
struct FetchedFiles: LockFactSource {
    /// More than any tool's file has.
    private static let longest = ByteCount(4 << 30)

    let supply: PackageSupply
    private var store: Store { supply.store }

    func facts(of packages: [DebianPackage], from archive: DebianArchive) async throws -> [LockFacts] {
        try await supply.fetcher.fetch(
            packages.map { package in
                RemoteFile(
                    name: package.filename.split(separator: "/").last.map(String.init) ?? package.name,
                    digest: package.digest, size: package.size, addresses: archive.addresses(of: package))
            })
        return try await inParallel(packages, limit: Machine.processors) { [store] package in
            let date = try await offload { try DebArchive(store.path(of: package.digest)).date }
            return LockFacts(digest: package.digest, size: package.size, date: date)
        }
    }

    func facts(of wheels: [PythonPackage]) async throws -> [LockFacts] {
        try await supply.fetch(wheels)
        return try await inParallel(wheels, limit: Machine.processors) { [store] wheel in
            try await offload {
                let path = store.path(of: wheel.digest)
                let size = ByteCount(try Files.facts(path)?.size ?? 0)
                let newest = try WheelArchive(path, fileName: wheel.fileName).modified
                return LockFacts(digest: wheel.digest, size: size, date: wheel.uploaded ?? newest)
            }
        }
    }

    func facts(ofArchive digest: Digest, at address: Address) async throws -> LockFacts {
        let wanted = UnsizedFile(
            name: address.fileName, integrity: Integrity(.sha256, bytes: digest.bytes), addresses: [address])
        guard let size = try await supply.fetcher.fetch([wanted], limit: Self.longest).first?.size else {
            throw BerthError(.failed, "a tool's archive did not come", place: "\(address)", remedy: "run it again")
        }
        return try await offload { [store] in
            LockFacts(digest: digest, size: size, date: try TarExtraction.date(of: store.path(of: digest)))
        }
    }

    func facts(of packages: [NpmPackage], known: [Integrity: FetchedFile]) async throws -> [LockFacts] {
        let fetched = try await supply.fetcher.fetch(
            packages.map {
                UnsizedFile(
                    name: $0.fileName, integrity: $0.integrity, addresses: $0.addresses, known: known[$0.integrity])
            }, limit: Self.longest)
        let pairs = Array(zip(packages, fetched))
        return try await inParallel(pairs, limit: Machine.processors) { [store] package, file in
            let tarball = try await offload { try NpmTarball(store.path(of: file.digest), label: package.label) }
            return LockFacts(digest: file.digest, size: file.size, date: tarball.modified)
        }
    }

    func holds(_ tool: LockedTool) throws -> Bool {
        try tool.files.allSatisfy { try supply.session.keep($0.sha256, size: $0.size) }
    }
}
