internal import ArgumentParser
internal import BerthCache
internal import BerthSystem
internal import SystemPackage

/// Which entry a command saves or restores: a key with folders, or a profile that knows both.
struct EntryOptions: ParsableArguments {
    @Option(help: "The entry's exact name; with --profile it takes the place of the key that is made.")
    var key: String?

    @Option(help: "The profile that knows the folders and makes the key.")
    var profile: String?

    @OptionGroup var trees: PathOptions
    @OptionGroup var details: ProfileOptions

    mutating func validate() throws {
        guard profile == nil else { return }
        guard key != nil else { throw ValidationError("name a --profile, or a --key and the folders with --path") }
        if trees.paths.isEmpty { throw ValidationError("name at least one --path, or a --profile") }
    }

    /// An entry that is wanted: its names, and the folders.
    struct Wanted {
        let key: CacheKey
        let restoreKeys: [CacheKey]
        let version: String
        let paths: [SavedPath]
        let places: [Destination]
    }

    func wanted(_ restoreKeys: [String] = []) async throws -> Wanted {
        let named = try restoreKeys.map { try CacheKey($0) }
        guard let profile else {
            return Wanted(
                key: try CacheKey(key ?? ""), restoreKeys: named, version: trees.version,
                paths: trees.trees.map { SavedPath(label: $0.label, path: FilePath($0.path)) },
                places: trees.trees.map { Destination(label: $0.label, path: FilePath($0.path)) })
        }
        let keys = try details.keys(trees)
        let made = try await keys.make([try keys.catalog.profile(profile)])[0]
        guard !made.paths.isEmpty else {
            throw BerthError(
                .usage, "the profile \(profile) names no folders", remedy: "name them with --path")
        }
        return Wanted(
            key: try key.map { try CacheKey($0) } ?? made.key.key, restoreKeys: named + made.key.restoreKeys,
            version: made.key.version, paths: ProfilePaths.toSave(made.paths),
            places: ProfilePaths.toRestore(made.paths))
    }
}
