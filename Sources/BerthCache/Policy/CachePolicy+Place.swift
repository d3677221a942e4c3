package import BerthStore
internal import BerthSystem
package import SystemPackage

/// Where a policy comes from.
extension CachePolicy {
    /// The first that is there of: the file named, the store's own, the user's; else the defaults.
    ///
    /// Never a file of the working directory: a checkout that strangers wrote would decide what goes.
    package static func find(_ named: FilePath? = nil, for store: Store) throws -> CachePolicy {
        if let named { return try read(named) }
        guard let place = places(for: store).first(where: { Files.exists($0) }) else { return CachePolicy() }
        return try read(place)
    }

    /// Where a person may put one, the nearest first.
    package static func places(for store: Store) -> [FilePath] {
        let folder = Machine.environment("XDG_CONFIG_HOME").map { FilePath($0) } ?? Machine.home.appending(".config")
        return [store.root.pushing("cache/policy.yaml"), folder.pushing("berth/cache/policy.yaml")]
    }

    private static func read(_ place: FilePath) throws -> CachePolicy {
        try CachePolicy(try Files.read(place, limit: 1 << 20), file: place.string)
    }
}
