internal import BerthReport
internal import BerthServer
internal import BerthSystem

/// What `berth serve token` shows: the token alone, so that a script can take it.
struct TokenView: Report {
    private let token: String
    private let known: TokenFolder.Known

    init(_ token: String, _ known: TokenFolder.Known) { (self.token, self.known) = (token, known) }

    private struct Facts: Encodable {
        let token: String
        let id: String
        let expires: Int64
    }

    func encode(to encoder: any Encoder) throws {
        try Facts(token: token, id: known.id, expires: known.expires).encode(to: encoder)
    }

    var identifiers: [String] { [token] }
    var text: String { token }
}

/// What `berth serve tokens` shows.
struct TokenListView: Report {
    private let tokens: [TokenFolder.Known]

    init(_ tokens: [TokenFolder.Known]) { self.tokens = tokens }

    func encode(to encoder: any Encoder) throws { try tokens.encode(to: encoder) }

    var identifiers: [String] { tokens.map(\.id) }

    var text: String {
        guard !tokens.isEmpty else { return "no tokens" }
        var table = Table([("id", .left), ("scope", .left), ("mode", .left), ("expires", .left)])
        for token in tokens {
            table.add([token.id, "\(token.grant.scope)".escaped, token.grant.mode.rawValue, TimeText.of(token.expires)])
        }
        return table.lines.joined(separator: "\n")
    }
}
