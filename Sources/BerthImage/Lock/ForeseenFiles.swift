internal import BerthArchive
internal import BerthPackages
internal import BerthRegistry
internal import BerthStore

/// What locks before say of their files, for a lock that is only looked at: nothing is fetched.
///
/// Of a file that no such lock has, neither date nor, for npm's, the digest is known: what stands for them makes the
/// lock unlike every lock before, which is what it is.
struct ForeseenFiles: LockFactSource {
    private let store: Store
    private let byDigest: [Digest: LockFacts]
    private let byIntegrity: [Integrity: LockFacts]

    init(_ locks: [Lock], store: Store) {
        self.store = store
        let parts = locks.flatMap(\.platforms)
        let tools = parts.flatMap { $0.tools ?? [] }.flatMap(\.files)
        let all =
            parts.flatMap(\.debian).map { LockFacts(digest: $0.sha256, size: $0.size, date: $0.date) }
            + parts.flatMap(\.wheels).map { LockFacts(digest: $0.sha256, size: $0.size, date: $0.date) }
            + tools.map { LockFacts(digest: $0.sha256, size: $0.size, date: $0.date) }
        byDigest = Dictionary(all.map { ($0.digest, $0) }) { first, _ in first }
        let promised = tools.compactMap { file in
            file.integrity.map { ($0, LockFacts(digest: file.sha256, size: file.size, date: file.date)) }
        }
        byIntegrity = Dictionary(promised) { first, _ in first }
    }

    func facts(of packages: [DebianPackage], from archive: DebianArchive) -> [LockFacts] {
        packages.map { known($0.digest, size: $0.size) }
    }

    func facts(of wheels: [PythonPackage]) -> [LockFacts] {
        wheels.map { wheel in
            let known = known(wheel.digest, size: wheel.size ?? ByteCount(0))
            return LockFacts(digest: known.digest, size: known.size, date: wheel.uploaded ?? known.date)
        }
    }

    func facts(ofArchive digest: Digest, at address: Address) -> LockFacts { known(digest, size: ByteCount(0)) }

    func facts(of packages: [NpmPackage], known: [Integrity: FetchedFile]) -> [LockFacts] {
        packages.map { package in
            byIntegrity[package.integrity]
                ?? LockFacts(digest: Digest.of("\(package.integrity)"), size: ByteCount(0), date: 0)
        }
    }

    func holds(_ tool: LockedTool) -> Bool { tool.files.allSatisfy { store.contains($0.sha256, size: $0.size) } }

    private func known(_ digest: Digest, size: ByteCount) -> LockFacts {
        byDigest[digest] ?? LockFacts(digest: digest, size: size, date: 0)
    }
}
