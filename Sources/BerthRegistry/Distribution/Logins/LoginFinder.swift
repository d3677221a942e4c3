internal import BerthSystem
package import SystemPackage

/// Finds a person's login where `docker login`, `podman login` and credential helpers keep it; nothing is written.
package struct LoginFinder: Sendable {
    /// The files of logins, most important first.
    package let files: [FilePath]
    private let find: @Sendable (String) -> FilePath?

    /// Looks into these files, for helpers by `find`.
    package init(files: [FilePath], find: @Sendable @escaping (String) -> FilePath? = { Programs.find($0) }) {
        self.files = files
        self.find = find
    }

    /// The files that this user's environment leads to.
    package static var machine: LoginFinder {
        let home = Machine.home
        func named(_ variable: String, _ rest: String) -> FilePath? {
            Machine.environment(variable).map { FilePath($0).pushing(FilePath(rest)) }
        }
        let files = [
            Machine.environment("REGISTRY_AUTH_FILE").map { FilePath($0) },
            named("DOCKER_CONFIG", "config.json") ?? home.pushing(".docker/config.json"),
            named("XDG_RUNTIME_DIR", "containers/auth.json"),
            named("XDG_CONFIG_HOME", "containers/auth.json") ?? home.pushing(".config/containers/auth.json"),
        ]
        return LoginFinder(files: files.compactMap(\.self))
    }

    /// The first login for a repository; what could not be read or asked stands in the notes.
    func login(for repository: Repository) async throws -> LoginAnswer {
        var answer = LoginAnswer()
        for path in files where Files.exists(path) {
            do {
                let file = try await offload { try LoginFile(path) }
                if let name = file.helper(for: repository.host) {
                    try await ask(name, repository.host, into: &answer)
                }
                answer.login = answer.login ?? file.login(for: repository)
            } catch let error as BerthError {
                answer.notes.append("\(error.what) (\(path))")
            }
            if answer.login != nil { break }
        }
        return answer
    }

    private func ask(_ name: String, _ host: RegistryHost, into answer: inout LoginAnswer) async throws {
        do {
            answer.login = try await CredentialHelper(name: name, find: find).login(for: host)
        } catch let error as BerthError {
            answer.notes.append(error.what)
        }
    }
}
