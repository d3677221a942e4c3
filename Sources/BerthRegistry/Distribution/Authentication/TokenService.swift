internal import BerthArchive
internal import BerthSystem
internal import Foundation
internal import NIOHTTP1

/// The service that a Bearer challenge names (distribution, "Token Authentication Specification").
struct TokenService: Sendable {
    /// A token and when it ends.
    struct Token: Sendable {
        let credentials: Credentials
        let text: String
        let end: ContinuousClock.Instant
    }

    private struct Answer: Decodable {
        var token: String?
        var accessToken: String?
        var expiresIn: Double?

        enum CodingKeys: String, CodingKey {
            case token
            case accessToken = "access_token"
            case expiresIn = "expires_in"
        }
    }

    let realm: Address
    private let service: String?

    /// The service of a challenge; nil where it names none.
    ///
    /// Throws where credentials may not go there: without TLS only to this machine, or to the registry itself where that was
    /// named as an insecure one.
    init?(_ challenge: Challenge, registry: Address) throws {
        guard challenge.scheme == "bearer", let named = challenge.parameters["realm"] else { return nil }
        let found = try? Address(named)
        guard let realm = found, realm.scheme != .file else {
            throw Fault.unusable("the registry's token service has no address")
        }
        let isSafe = realm.scheme == .https || LocalHosts.isLoopback(realm.host) || realm.sharesOrigin(with: registry)
        guard isSafe else {
            throw Fault.unusable("the registry sends us for a token to \(realm), which is not https; refused")
        }
        guard !LocalHosts.isLocal(realm.host) || LocalHosts.isLocal(registry.host) else {
            throw Fault.unusable("the registry sends us for a token to an address inside this machine; refused")
        }
        self.realm = realm
        service = challenge.parameters["service"]
    }

    /// What to send for a token that allows the scopes.
    func request(_ scopes: [String], login: RegistryLogin?) throws -> RegistryRequest {
        if let token = login?.identityToken { return form(scopes, token) }
        let items = [service.map { ("service", $0) }].compactMap(\.self) + scopes.map { ("scope", $0) }
        let address = realm.adding(query: items).authorised(by: login?.credentials)
        return RegistryRequest(.GET, address)
    }

    private func form(_ scopes: [String], _ token: String) -> RegistryRequest {
        let fields =
            [("grant_type", "refresh_token"), ("client_id", "berth"), ("refresh_token", token)]
            + [service.map { ("service", $0) }].compactMap(\.self) + [("scope", scopes.joined(separator: " "))]
        var request = RegistryRequest(.POST, realm)
        request.headers = ["Content-Type": "application/x-www-form-urlencoded"]
        request.body = .bytes(Array(fields.map { "\($0.0)=\(Address.encoded($0.1))" }.joined(separator: "&").utf8))
        return request
    }

    /// The token in the service's answer; it counts as over a little before it is.
    func token(in body: [UInt8]) throws -> Token {
        guard let answer = try? JSONDecoder().decode(Answer.self, from: Data(body)),
            let text = [answer.token, answer.accessToken].compactMap(\.self).first(where: { !$0.isEmpty }),
            let credentials = Credentials(bearer: text)
        else { throw Fault.unusable("the registry's token service answered without a token") }
        let seconds = min(max(answer.expiresIn ?? 60, 1), 86_400)
        return Token(credentials: credentials, text: text, end: .now + .seconds(seconds * 0.9))
    }
}
