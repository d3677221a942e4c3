internal import BerthSystem
internal import Foundation
internal import SystemPackage

/// Asks `docker-credential-NAME get` for a login (docker-credential-helpers, README "Development").
struct CredentialHelper: Sendable {
    private static let limit: Duration = .seconds(60)

    private struct Answer: Decodable {
        var username: String?
        var secret: String?

        enum CodingKeys: String, CodingKey {
            case username = "Username"
            case secret = "Secret"
        }
    }

    let name: String
    /// Finds a program by its name.
    let find: @Sendable (String) -> FilePath?

    /// The login of a host; nil where the helper has none.
    ///
    /// Throws where it can't be asked.
    func login(for host: RegistryHost) async throws -> RegistryLogin? {
        guard name.wholeMatch(of: #/[A-Za-z0-9][A-Za-z0-9._\-]{0,63}/#) != nil else {
            throw BerthError(.usage, "the name of a credential helper can't be one", place: name.escaped)
        }
        let program = "docker-credential-\(name)"
        guard let path = find(program) else { throw BerthError(.failed, "\(program) is not installed") }
        var command = Command(path, ["get"])
        command.limit = Self.limit
        command.outputLimit = 1 << 20
        let server = host == .standard ? "https://index.docker.io/v1/" : host.description
        let outcome = try await command.run(input: Array(server.utf8))
        // Its words may hold anything: neither output nor errors are shown.
        guard outcome.succeeded else {
            if (outcome.output + outcome.errors).contains("credentials not found") { return nil }
            throw BerthError(.failed, "\(program) failed with exit code \(outcome.code)")
        }
        guard let answer = try? JSONDecoder().decode(Answer.self, from: Data(outcome.output.utf8)),
            let secret = answer.secret, !secret.isEmpty
        else { return nil }
        if answer.username == "<token>" { return RegistryLogin(identityToken: secret) }
        return RegistryLogin(name: answer.username ?? "", password: secret)
    }
}
