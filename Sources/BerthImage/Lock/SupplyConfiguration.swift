package import BerthPackages
internal import BerthSystem
package import SystemPackage

/// What a person or the machine says about where packages come from; nothing is built in.
package struct SupplyConfiguration: Sendable {
    /// Addresses given as flags.
    package var debian = DebianSources.Given()
    /// Index address given as a flag.
    package var pythonIndex: String?
    /// npm registry given as a flag.
    package var npmRegistry: String?
    /// A further keyring that may sign Debian suites.
    package var keyring: FilePath?
    /// Nothing is fetched.
    package var offline = false
    /// The user's own `berth.yaml`, already read.
    package var user = UserConfiguration()

    /// Asks a person at a terminal for the Debian archive's address, when nothing names one; nil: nobody to ask.
    package var ask: (@Sendable () throws -> String?)?

    package init() {}

    func debianSources() throws -> DebianSources {
        do { return try choose(user) } catch {
            guard let answer = try ask?(), !answer.isEmpty else { throw error }
            var user = user
            user.debianMain = [answer]
            let sources = try choose(user)
            try UserConfiguration.write(debianMain: answer)
            return sources
        }
    }

    private func choose(_ user: UserConfiguration) throws -> DebianSources {
        try DebianSources.choose(
            flags: debian, userConfiguration: .init(main: user.debianMain, security: user.debianSecurity),
            apt: .read())
    }

    func verifier() throws -> ReleaseVerifier {
        try ReleaseVerifier(extraKeyring: keyring ?? user.keyring)
    }

    /// Nil: the machine's own pip and uv configuration.
    func pythonIndexes() throws -> PythonIndexes? {
        (pythonIndex ?? user.pythonIndex).map { PythonIndexes(main: $0) }
    }

    /// The user's registries, else those of npm's own configuration, to which the `.npmrc` in a recipe's folder belongs.
    func npmConfiguration(beside folder: FilePath?) async throws -> NpmConfiguration {
        try await .configured(
            .init(registry: npmRegistry ?? user.npmRegistry, scopes: user.npmScopes),
            machine: NpmMachine(project: folder))
    }
}
