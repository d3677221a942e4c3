package import BerthRegistry
internal import BerthSystem
package import SystemPackage

/// The registries that npm packages come from, and what they want to be asked with.
///
/// First what the caller names (`berth.yaml`), then `npm_config_*` variables, the project's `.npmrc`, the user's, the
/// global one; where none names a registry, npm itself is asked for its own.
package struct NpmConfiguration: Sendable {
    /// What `berth.yaml` names; addresses as text.
    package struct Choice: Sendable, Hashable {
        package var registry: String?
        /// By `@scope`.
        package var scopes: [String: String] = [:]

        package init(registry: String? = nil, scopes: [String: String] = [:]) {
            (self.registry, self.scopes) = (registry, scopes)
        }
    }

    /// The registry of all packages whose scope has none of its own.
    package let registry: Address?
    /// By `@scope`.
    package let scopes: [String: Address]
    /// A file with certificates to trust besides the system's (`cafile`).
    package let certificates: FilePath?
    /// Variables that an `.npmrc` names and that are not set: a token may be missing.
    let unset: Set<String>
    private let credentials: NpmCredentials

    /// The machine's configuration under the caller's choice.
    package static func configured(
        _ choice: Choice = Choice(), machine: NpmMachine = NpmMachine()
    ) async throws -> NpmConfiguration {
        let settings = try await offload { try NpmSettings(machine) }
        var named = choice.registry ?? settings["registry"]
        if named == nil { named = try await askNpm(machine) }
        return try NpmConfiguration(choice, settings, registry: named)
    }

    /// Registries alone, for callers that know them.
    package init(registry: Address, scopes: [String: Address] = [:]) {
        (self.registry, self.scopes, certificates, unset) = (registry, scopes, nil, [])
        credentials = NpmCredentials([])
    }

    private init(_ choice: Choice, _ settings: NpmSettings, registry named: String?) throws {
        registry = try named.map { try Address($0) }
        let found = settings.values.filter { $0.key.hasPrefix("@") && $0.key.hasSuffix(":registry") }
            .map { (String($0.key.dropLast(":registry".count)), $0.value) }
        var scopes = Dictionary(found) { _, last in last }
        for (scope, text) in choice.scopes { scopes[scope.hasPrefix("@") ? scope : "@" + scope] = text }
        self.scopes = try scopes.mapValues { try Address($0) }
        certificates = settings["cafile"].map { FilePath($0) }
        unset = settings.unset
        credentials = NpmCredentials(settings.values)
    }

    /// The registry that npm answers with when nothing is configured: its own default, which only npm knows.
    private static func askNpm(_ machine: NpmMachine) async throws -> String? {
        guard let npm = machine.find("npm") else { return nil }
        var command = Command(npm, ["config", "get", "registry"])
        command.directory = machine.project ?? machine.home
        command.limit = .seconds(30)
        guard let outcome = try? await command.run(), outcome.succeeded else { return nil }
        let answer = outcome.output.split(whereSeparator: \.isWhitespace).last.map(String.init)
        return answer == "undefined" ? nil : answer
    }

    /// The registry that has a package; throws `.usage` where none is configured for it.
    package func registry(of name: String) throws -> Address {
        if let scope = NpmName.scope(name), let own = scopes[scope] { return own }
        if let registry { return registry }
        throw BerthError(
            .usage, "no npm registry is configured for \(name.escaped)",
            done: "looked at npm_config_registry and .npmrc files, and found no npm to ask",
            remedy: "name one in berth.yaml (npm.registry), or in ~/.npmrc: registry=https://host/folder/")
    }

    /// Where a package's metadata lie, with the credentials to ask for them.
    func metadata(of name: String) throws -> Address {
        let base = try registry(of: name)
        let address = base.appending(component: name)
        return address.authorised(by: credentials.find(address, near: base))
    }

    /// Where a tarball may be had: at the package's registry first, then where its metadata say.
    ///
    /// A mirror often repeats another host's addresses; the hash tells whether it has the same file.
    package func addresses(of pin: NpmPin, stated: String? = nil) throws -> [Address] {
        let base = try registry(of: pin.name)
        let usual = base.appending(path: "\(pin.name)/-/\(pin.fileName)")
        var found = [usual]
        if let stated, let named = try? base.resolved(stated) {
            found = named.sharesOrigin(with: base) ? [named] : [usual, named]
        }
        return found.map { address in
            // Metadata that came over TLS must not lead a token into the clear.
            let isOpen = address.scheme == .http && base.scheme == .https
            return isOpen ? address : address.authorised(by: credentials.find(address, near: base))
        }
    }

    /// A registry's refusal, with what a person can do about it.
    func refused(_ error: BerthError) -> BerthError {
        var error = error
        let missing = unset.sorted().joined(separator: ", ")
        error.remedy =
            missing.isEmpty
            ? "put a token for this registry into ~/.npmrc: //host/folder/:_authToken=…"
            : "set \(missing.escaped), which .npmrc names, or put a token into ~/.npmrc: //host/folder/:_authToken=…"
        return error
    }
}
