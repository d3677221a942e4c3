package import BerthCache
internal import BerthSystem
internal import SystemPackage

/// Keys by profiles, as commands make them, from what a job sends of itself.
package struct ProfileKeys: KeyMaking {
    private let catalog: ProfileCatalog

    package init(_ catalog: ProfileCatalog) { self.catalog = catalog }

    package func needs(of profile: String) throws -> ProfileNeeds {
        let profile = try catalog.profile(profile)
        let templates: [PathTemplate] = profile.paths.flatMap { path in
            [path.places, path.linux ?? [], path.linuxRoot ?? [], path.macos ?? []].flatMap(\.self)
        }
        let named = templates.compactMap { template -> String? in
            guard case .variable(let name) = template.start else { return nil }
            return name
        }
        let variables = Set(profile.variables + profile.switches.map(\.variable) + named)
        return ProfileNeeds(lockfiles: profile.lockfiles + profile.settings, variables: variables.sorted())
    }

    package func key(_ asked: AskedKey) throws -> MadeKey {
        let profile = try catalog.profile(asked.profile)
        let toolchain = try Toolchain(asked.facts.filter { !$0.value.isEmpty })
        let mode = try asked.mode.map { text in
            guard let mode = KeyMode(rawValue: text) else {
                throw BerthError(.usage, "there is no such way to make keys", remedy: "packages or files")
            }
            return mode
        }
        var values = PathValues(
            root: FilePath(asked.root), home: FilePath(asked.home), environment: asked.variables,
            system: toolchain.facts["os"] ?? "linux")
        values.isRoot = asked.isRoot
        let paths = try ProfilePaths.resolve(profile, values)
        var request = KeyRequest(profile: profile, toolchain: toolchain, mode: mode)
        request.files = asked.files.map { PostedFile(name: $0.name, bytes: $0.bytes) }
        request.variables = asked.variables
        request.places = Dictionary(paths.map { ($0.label, $0.seen.string) }) { first, _ in first }
        let made = try KeyMaker.make(request)
        return MadeKey(
            key: made.key, restoreKeys: made.restoreKeys, version: made.version,
            paths: ProfilePaths.toSave(paths).map { "\($0.label)=\($0.path)" })
    }
}
