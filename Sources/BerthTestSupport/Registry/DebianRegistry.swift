internal import BerthSystem
internal import Synchronization
internal import SystemPackage

/// Debian's `docker-registry` on a free port of this machine, for as long as a test's body runs: somebody else's registry.
///
/// It knows no referrers API.
package final class DebianRegistry: Sendable {
    /// `127.0.0.1:PORT`, as references name it.
    package let host: String
    private let log: RegistryLog

    /// Who may come in where a login is asked for.
    package static let login = RegistryManners.Login("me", "hunter2")
    /// The same for htpasswd(1): bcrypt of the password.
    private static let passwords = "me:$2y$04$lQ6ebbaSL1CDe/nDYksAa.ieUb9FqbbWZaIyz.DcBusObfGhDN/nS\n"

    private init(host: String, log: RegistryLog) {
        self.host = host
        self.log = log
    }

    /// Lines that it wrote about requests with a method, so far; `part` is in the request's path.
    package func requests(_ method: String, _ part: String = "") -> Int {
        log.lines.count { line in
            line.contains("response completed") && line.contains("http.request.method=\(method) ")
                && line.contains(part)
        }
    }

    package static func serving<Result: Sendable>(
        asksForLogin: Bool = false, tokens: TokenService? = nil, certificate: TestCertificate? = nil,
        _ body: (DebianRegistry) async throws -> Result
    ) async throws -> Result {
        let folder = try TemporaryFolder("registry")
        let settings = configuration(
            folder.path, tokens.map(tokenSettings) ?? (asksForLogin ? loginSettings(folder.path) : ""), certificate)
        try folder.write([
            "config.yml": .file(Array(settings.utf8), mode: 0o644),
            "htpasswd": .file(Array(passwords.utf8), mode: 0o600),
        ])
        let program = try Programs.require("docker-registry", remedy: "scripts/setup test")
        var command = Command(program, ["serve", folder.path.appending("config.yml").string])
        command.limit = .seconds(900)
        let (run, log) = (command, RegistryLog())
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { _ = try await run.run(receiving: { _ in }, errors: { log.take($0) }) }
            defer { group.cancelAll() }
            let registry = DebianRegistry(host: try await log.address(), log: log)
            let result = try await body(registry)
            withExtendedLifetime(folder) {}
            return result
        }
    }

    private static func loginSettings(_ folder: FilePath) -> String {
        "auth:\n  htpasswd:\n    realm: test\n    path: \(folder.appending("htpasswd"))\n"
    }

    private static func tokenSettings(_ tokens: TokenService) -> String {
        """
        auth:
          token:
            realm: \(tokens.realm)
            service: \(TokenService.audience)
            issuer: \(TokenService.issuer)
            rootcertbundle: \(tokens.certificate)

        """
    }

    private static func configuration(_ folder: FilePath, _ auth: String, _ certificate: TestCertificate?) -> String {
        let tls = certificate.map { "  tls:\n    certificate: \($0.certificate)\n    key: \($0.key)\n" } ?? ""
        return """
            version: 0.1
            log:
              level: info
            storage:
              filesystem:
                rootdirectory: \(folder.appending("data"))
              delete:
                enabled: true
            http:
              addr: 127.0.0.1:0
              secret: for-tests
            \(tls)\(auth)
            """
    }
}

/// What the program says of itself, line by line.
private final class RegistryLog: Sendable {
    private let text = Mutex("")

    var lines: [Substring] { text.withLock { $0.split(separator: "\n") } }

    func take(_ bytes: [UInt8]) { text.withLock { $0 += String(decoding: bytes, as: UTF8.self) } }

    /// The address that it listens on, once it does.
    func address() async throws -> String {
        for _ in 0..<600 {
            if let match = text.withLock({ $0.firstMatch(of: #/listening on (127\.0\.0\.1:[0-9]+)/#)?.output.1 }) {
                return String(match)
            }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw BerthError(.failed, "docker-registry did not start", done: text.withLock { String($0.suffix(2000)) })
    }
}
