internal import BerthArchive
internal import BerthPackages
internal import BerthRegistry

/// What a lock says of a file and only the file itself tells.
struct LockFacts: Sendable {
    let digest: Digest
    let size: ByteCount
    /// Seconds since 1970.
    let date: Int64
}

/// Where a locker learns the facts of the files that it has chosen.
protocol LockFactSource: Sendable {
    /// In the order of the packages.
    func facts(of packages: [DebianPackage], from archive: DebianArchive) async throws -> [LockFacts]
    func facts(of wheels: [PythonPackage]) async throws -> [LockFacts]
    func facts(ofArchive digest: Digest, at address: Address) async throws -> LockFacts
    /// `known`: what came of the same tarballs before, by what their registry promises of them.
    func facts(of packages: [NpmPackage], known: [Integrity: FetchedFile]) async throws -> [LockFacts]
    /// Whether all files of a tool are at hand, for a night in which its source is out of reach.
    func holds(_ tool: LockedTool) throws -> Bool
}
