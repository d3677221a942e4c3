internal import ArgumentParser
internal import BerthImage
internal import BerthRegistry
internal import BerthReport
internal import BerthStore
internal import BerthSystem

/// How registries are reached.
struct RegistryOptions: ParsableArguments {
    @Option(help: "A registry's host that is spoken to over plain http; may be repeated. This machine always is.")
    var insecure: [String] = []

    func service(_ store: Store, _ progress: any ProgressSink) throws -> RegistryService {
        var access = RegistryAccess(progress: progress)
        access.insecure = Set(try insecure.map { try RegistryHost($0) })
        return RegistryService(store: store, access: access)
    }

    /// Where a version goes when no reference is named: `$BERTH_REGISTRY` or the user's berth.yaml, and its name.
    static func target(_ reference: String?, for name: String) throws -> Reference {
        if let reference { return try Reference(reference) }
        if let base = try Machine.environment("BERTH_REGISTRY") ?? UserConfiguration.read().registry {
            return try Reference("\(base)/\(name)")
        }
        throw BerthError(
            .usage, "nothing says where to push to",
            place: "no reference, no BERTH_REGISTRY, no registry in \(UserConfiguration.path)",
            remedy: "name it: berth image push \(name) host/repository, or write registry: host/folder into that file")
    }
}
