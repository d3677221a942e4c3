internal import BerthSystem
internal import SystemPackage

/// Keys by profiles for checkouts that lie elsewhere, as commands make them for their own.
package struct ProfileKeys: Sendable {
    private let catalog: ProfileCatalog

    package init(_ catalog: ProfileCatalog) { self.catalog = catalog }

    /// What a client has to send; throws `.usage` for a profile that is not known.
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
        // Where folders lie depends on the system, whether the key does or not.
        let facts = Set(profile.toolchain.flatMap(\.names) + ToolchainFact.system.names)
        return ProfileNeeds(
            lockfiles: profile.lockfiles, settings: profile.settings, variables: variables.sorted(),
            facts: facts.sorted())
    }

    /// Makes a key, or says what is to be sent besides; throws `.usage` where the files are none that the profile reads.
    package func key(_ asked: AskedKey) throws -> KeyAnswer {
        let profile = try catalog.profile(asked.profile)
        let toolchain = try Toolchain(asked.facts.filter { !$0.value.isEmpty })
        let paths = try ProfilePaths.resolve(profile, Self.values(asked, toolchain))
        var request = KeyRequest(profile: profile, toolchain: toolchain, mode: try Self.mode(asked))
        if !asked.lockfiles.isEmpty { request.lockfiles = asked.lockfiles }
        (request.choices, request.variables) = (asked.choices, asked.variables)
        request.places = Dictionary(paths.map { ($0.label, $0.seen.string) }) { first, _ in first }
        request.labels += asked.labels
        let missing = try PostedCheckout(asked.files).fill(&request, absent: asked.absent)
        guard missing.isEmpty else { return .send(WantedFiles(send: missing)) }
        return .made(MadeKey(try KeyMaker.make(request), of: profile, paths))
    }

    private static func values(_ asked: AskedKey, _ toolchain: Toolchain) -> PathValues {
        var values = PathValues(
            root: FilePath(asked.root), home: FilePath(asked.home), environment: asked.variables,
            system: toolchain.facts["os"] ?? "linux")
        values.isRoot = asked.isRoot
        return values
    }

    private static func mode(_ asked: AskedKey) throws -> KeyMode? {
        try asked.mode.map { text in
            guard let mode = KeyMode(rawValue: text) else {
                throw BerthError(.usage, "there is no such way to make keys", remedy: "packages or files")
            }
            return mode
        }
    }
}
