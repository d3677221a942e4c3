internal import BerthArchive
internal import BerthStore
internal import BerthSystem

/// Answers of the resolver, kept in the store by what they were made from: the request and the digest of each index.
///
/// Reading the indexes of a suite takes a second and more; most nights none of them has changed. What is kept is the
/// stanzas of the chosen packages, as the index has them, so that one reader does for both.
struct ResolutionMemory: Sendable {
    private let folder: DerivedFolder
    private let key: Digest

    /// Goes up with each change of what the resolver chooses.
    private static let revision = 1
    private static let suffix = "packages"

    /// `indexes` names each index that would be read, in the order of reading.
    init(
        _ request: DebianRequest, indexes: [(origin: DebianIndexOrigin, component: String, digest: Digest)],
        in store: Store
    ) {
        let flags = [request.recommends, request.essential, request.updates, request.security]
        let parts =
            ["resolution \(Self.revision)", request.suite, request.architecture.rawValue]
            + flags.map { "\($0)" } + request.packages
            + indexes.map { "\($0.origin.suite) \($0.origin.archive.rawValue) \($0.component) \($0.digest)" }
        key = Digest.of(parts.map { "\($0.utf8.count):\($0)" }.joined())
        folder = store.fragments
    }

    /// The packages of an answer kept earlier; nil where there is none that can be read.
    func packages() -> [DebianPackage]? {
        guard let place = folder.use(key, suffix: Self.suffix), let text = try? Files.readText(place),
            let end = text.firstIndex(of: "\n")
        else { return nil }
        let stanzas = String(text[text.index(after: end)...])
        guard Digest.of(stanzas).hex == text[..<end] else { return nil }
        return try? Stanza.all(in: stanzas).map { stanza in
            guard let archive = DebianArchiveKind(rawValue: stanza["Berth-Archive"] ?? "") else {
                throw BerthError(.damaged, "a kept answer does not say where its packages come from")
            }
            return try DebianPackage(stanza, origin: .init(suite: stanza["Berth-Suite"] ?? "", archive: archive))
        }
    }

    /// Keeps an answer; what can't be written is worked out again next time.
    func keep(_ packages: [DebianPackage], from indexes: [PackagesIndex]) {
        let stanzas = packages.compactMap { package -> String? in
            let text = indexes.lazy.filter { $0.origin == package.origin }.compactMap { $0.text(of: package) }.first
            return text.map {
                "Berth-Suite: \(package.origin.suite)\nBerth-Archive: \(package.origin.archive.rawValue)\n\($0)\n"
            }
        }
        guard stanzas.count == packages.count else { return }
        let text = stanzas.joined(separator: "\n")
        _ = try? folder.write(Array("\(Digest.of(text).hex)\n\(text)".utf8), for: key, suffix: Self.suffix)
    }
}
