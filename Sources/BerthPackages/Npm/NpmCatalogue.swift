internal import BerthArchive
internal import BerthRegistry
internal import BerthSystem
internal import Synchronization

/// What registries say of packages; each is asked once.
final class NpmCatalogue: Sendable {
    private static let abbreviated = "application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8, */*"
    /// Questions at the same time.
    private static let parallel = 6

    let target: NpmTarget
    private let configuration: NpmConfiguration
    private let fetcher: Fetcher
    /// Nil for packages that the registry doesn't have.
    private let known = Mutex<[String: NpmPackument?]>([:])

    init(_ configuration: NpmConfiguration, _ fetcher: Fetcher, _ target: NpmTarget) {
        (self.configuration, self.fetcher, self.target) = (configuration, fetcher, target)
    }

    /// Asks for several packages at once; what goes wrong comes up when they are needed.
    func prefetch(_ edges: [NpmEdge]) async throws {
        let names = Set(edges.compactMap { Self.packageName($0.name, $0.spec) })
        let absent = known.withLock { known in names.filter { known[$0] == nil } }.sorted()
        _ = try await inParallel(absent, limit: Self.parallel) { [self] name in
            do { _ = try await packument(name) } catch is BerthError {}
        }
    }

    /// The version that answers a want; throws `NpmAbsence` where there is none, else what went wrong.
    func manifest(_ name: String, _ spec: NpmSpec) async throws -> NpmManifest {
        guard let wanted = Self.packageName(name, spec), NpmName.isValid(wanted) else {
            throw NpmAbsence("\(name) is wanted from \(spec.place), which is no registry")
        }
        guard let packument = try await packument(wanted) else {
            throw NpmAbsence("the registry has no package \(wanted) (some registries say so without credentials)")
        }
        guard let found = packument.pick(spec.plain, node: target.node) else {
            throw NpmAbsence("\(wanted) has no version that fits \(spec.plain.shown)")
        }
        return found
    }

    /// The name that a registry is asked for; nil where it is none's to answer.
    private static func packageName(_ name: String, _ spec: NpmSpec) -> String? {
        switch spec {
        case .alias(_, .elsewhere): nil
        case .alias(let other, _): other
        case .elsewhere: nil
        default: name
        }
    }

    func packument(_ name: String) async throws -> NpmPackument? {
        if let found = known.withLock({ $0[name] }) { return found }
        let address = try configuration.metadata(of: name)
        let found = try await read(address, name: name).map {
            try NpmPackument($0, name: name, place: address.description)
        }
        known.withLock { $0[name] = found }
        return found
    }

    /// The `libc` that a version is for, which short metadata leave out; empty where the registry does not say.
    func libcs(of manifest: NpmManifest) async throws -> [String] {
        let address = try configuration.metadata(of: manifest.name).appending(component: manifest.version)
        guard let bytes = try await read(address, name: manifest.name) else { return [] }
        return NpmPackument.libcs(bytes)
    }

    /// A document's bytes; nil where the registry has none.
    private func read(_ address: Address, name: String) async throws -> [UInt8]? {
        do {
            return try await fetcher.document(
                [address], limit: ByteCount(NpmPackument.largest), accept: Self.abbreviated)
        } catch is MissingFiles {
            return nil
        } catch let error as BerthError where error.status == .authenticationNeeded {
            throw configuration.refused(error)
        }
    }
}

/// A want that no registry can answer; fatal only where it is not optional.
struct NpmAbsence: Error {
    let what: String
    init(_ what: String) { self.what = what }

    /// The error for a person, with whoever wants it.
    func explained(wantedBy wanter: String) -> BerthError {
        BerthError(
            .failed, "\(what.escaped); wanted by \(wanter.escaped)", done: "nothing was changed",
            remedy: "check the name and its versions in the recipe's npm requirements")
    }
}

extension NpmSpec {
    /// What is asked of the registry, an alias taken off.
    var plain: NpmSpec { if case .alias(_, let inner) = self { inner } else { self } }

    fileprivate var place: String {
        if case .elsewhere(let text) = plain { Address.redacted(text) } else { "elsewhere" }
    }

    /// For messages.
    fileprivate var shown: String {
        switch self {
        case .version(let version): "\(version)"
        case .range(let range): range.text
        case .tag(let tag): "the tag \(tag)"
        case .alias(let name, let inner): "\(name)@\(inner.shown)"
        case .elsewhere(let text): Address.redacted(text)
        }
    }
}
