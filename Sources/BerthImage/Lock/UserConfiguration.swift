internal import BerthDocument
internal import BerthSystem
package import SystemPackage

/// The user's `berth.yaml` (`$XDG_CONFIG_HOME/berth/berth.yaml`): addresses where a Mac has no apt to ask.
package struct UserConfiguration: Sendable, Equatable {
    package var debianMain: [String] = []
    package var debianSecurity: [String] = []
    package var keyring: FilePath?
    package var pythonIndex: String?
    package var npmRegistry: String?
    /// By `@scope`.
    package var npmScopes: [String: String] = [:]
    /// Where images are pushed to when no reference is named: `ghcr.io/me`.
    package var registry: String?
    package var nightly = NightlySettings()
    /// Nil where the file says nothing of it.
    package var retention: RetentionPolicy?

    /// The registry that shares cache entries; nil where the file names none.
    package var cacheRemote: CacheRemoteSettings?

    package init() {}

    /// Where the file lies.
    package static var path: FilePath {
        let folder = Machine.environment("XDG_CONFIG_HOME").map { FilePath($0) } ?? Machine.home.appending(".config")
        return folder.appending("berth").appending("berth.yaml")
    }

    /// Reads the file; none is an empty configuration.
    package static func read(_ path: FilePath = UserConfiguration.path) throws -> UserConfiguration {
        guard Files.exists(path) else { return UserConfiguration() }
        do {
            let faults = Faults()
            let reader = try ConfigurationFile.reader(Files.read(path, limit: 1 << 20), file: path.string, faults)
            var configuration = UserConfiguration()
            if let debian = reader.mapping("debian") {
                configuration.debianMain = debian.strings("main") ?? []
                configuration.debianSecurity = debian.strings("security") ?? []
                configuration.keyring = debian.string("keyring").map { FilePath($0) }
                debian.finish()
            }
            if let python = reader.mapping("python") {
                configuration.pythonIndex = python.string("index")
                python.finish()
            }
            if let npm = reader.mapping("npm") {
                configuration.npmRegistry = npm.string("registry")
                for (scope, address, _) in npm.pairs("scopes") ?? [] { configuration.npmScopes[scope] = address }
                npm.finish()
            }
            configuration.registry = reader.string("registry")
            if let nightly = reader.mapping("nightly") { configuration.nightly = NightlySettings(nightly) }
            configuration.retention = reader.mapping("retention").map { RetentionPolicy($0) }
            if let cache = reader.mapping("cache") {
                configuration.cacheRemote = cache.mapping("remote").flatMap { CacheRemoteSettings($0) }
                cache.finish()
            }
            try faults.check()
            return configuration
        } catch let faults as DocumentFaults {
            throw BerthError(
                .usage, "your configuration has faults", place: "\(faults)", remedy: "mend the lines named above")
        }
    }

    /// Writes the Debian address that a person gave when asked.
    package static func write(debianMain address: String, to path: FilePath = UserConfiguration.path) throws {
        try Files.makeDirectory(path.removingLastComponent())
        let old = Files.exists(path) ? try Files.readText(path) : ""
        try Files.writeAtomically(old + "debian:\n  main:\n    - \(address)\n", to: path)
    }
}
