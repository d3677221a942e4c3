internal import BerthSystem

/// Keeps what lets us in at one registry for a set of scopes: name and password, or a token that is renewed in time.
///
/// Credentials go to the registry's own origin and to its token service, nowhere else.
actor RegistryAuthority {
    nonisolated let registry: Address
    nonisolated let repository: Repository
    /// Hosts that a person allowed to be without TLS.
    private nonisolated let insecure: Set<RegistryHost>
    private let scopes: [RegistryScope]
    private let logins: LoginFinder
    private let exchange: Exchange
    private var current: (credentials: Credentials, end: ContinuousClock.Instant?)?
    private var challenges: [Challenge] = []
    private var renewal: Task<Credentials?, any Error>?
    private var secrets: [String] = []
    private var notes: [String] = []
    private var hasLogin = false

    init(
        _ repository: Repository, at registry: Address, insecure: Set<RegistryHost> = [], scopes: [RegistryScope],
        logins: LoginFinder, exchange: Exchange
    ) {
        self.registry = registry
        self.repository = repository
        self.insecure = insecure
        self.scopes = scopes.sorted()
        self.logins = logins
        self.exchange = exchange
    }

    /// Whether an address may see credentials.
    nonisolated func covers(_ address: Address) -> Bool { address.sharesOrigin(with: registry) }

    /// Whether the registry may send us there: without TLS only to its own host, to this machine and to hosts that a
    /// person allowed.
    nonisolated func permits(_ address: Address) -> Bool {
        guard address.scheme == .http, address.host != registry.host, !LocalHosts.isLoopback(address.host) else {
            return true
        }
        let name = address.host + (address.port.map { ":\($0)" } ?? "")
        return (try? RegistryHost(name)).map(insecure.contains) ?? false
    }

    /// What to send now: nothing before the registry has asked, and no token that is over.
    func credentials() async throws -> Credentials? {
        guard let current else { return nil }
        guard let end = current.end, end <= .now else { return current.credentials }
        return try await renewed([], refused: current.credentials)
    }

    /// What to send after a 401; nil when there is nothing better than what was refused.
    func renewed(_ lines: [String], refused: Credentials?) async throws -> Credentials? {
        if let current, current.credentials != refused, current.end.map({ $0 > .now }) ?? true {
            return current.credentials
        }
        if let renewal { return try await renewal.value }
        let asked = Challenge.parse(lines)
        if !asked.isEmpty { challenges = asked }
        let task = Task { try await self.obtain() }
        renewal = task
        defer { renewal = nil }
        let found = try await task.value
        return found == refused ? nil : found
    }

    private func obtain() async throws -> Credentials? {
        let answer = try await logins.login(for: repository)
        notes = answer.notes
        hasLogin = answer.login != nil
        if let login = answer.login { secrets += login.secrets }
        for challenge in challenges where challenge.scheme == "bearer" {
            guard let service = try TokenService(challenge, registry: registry) else { continue }
            return try await token(from: service, challenge, answer.login)
        }
        guard challenges.contains(where: { $0.scheme == "basic" }), let credentials = answer.login?.credentials else {
            return nil
        }
        current = (credentials, nil)
        return credentials
    }

    private func token(
        from service: TokenService, _ challenge: Challenge, _ login: RegistryLogin?
    ) async throws -> Credentials? {
        var wanted = scopes.map(\.description)
        if let asked = challenge.parameters["scope"] {
            wanted += asked.split(separator: " ").map(String.init).filter { asked in
                !scopes.contains { $0.description == asked || (asked.hasPrefix("repository:\($0.path):")) }
            }
        }
        let reply = try await exchange.reply(try service.request(wanted, login: login))
        guard reply.status != 401, reply.status != 403 else { throw Fault.refused(reply.status) }
        guard reply.status == 200 else { throw reply.fault(problem: nil) }
        let token = try service.token(in: reply.body)
        secrets = Array(secrets.suffix(8)) + [token.text]
        current = (token.credentials, token.end)
        return token.credentials
    }

    /// A server's words without anything that is secret.
    func redacted(_ text: String) -> String {
        secrets.filter { !$0.isEmpty }.reduce(text) { $0.replacing($1, with: "***") }
    }

    /// What a person can do who was refused.
    var remedy: String {
        let login =
            hasLogin
            ? "the login for \(repository.host) may not do this: check its rights on \(repository.path)"
            : "log in first: docker login \(repository.host) (or podman login); Berth reads what they keep"
        return ([login] + notes.map { "note that \($0)" }).joined(separator: "; ")
    }
}
