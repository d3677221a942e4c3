internal import Foundation

/// How a person is known to a registry; never shown.
struct RegistryLogin: Sendable, Equatable {
    /// Name and password; nil where there is only an identity token.
    let credentials: Credentials?
    /// A token to be exchanged at the registry's token service (distribution's "oauth2" flow).
    let identityToken: String?
    /// What must not stand in any message.
    let secrets: [String]

    init(name: String, password: String) {
        credentials = Credentials(name: name, password: password)
        identityToken = nil
        secrets = [password, Data("\(name):\(password)".utf8).base64EncodedString()]
    }

    init(identityToken: String) {
        credentials = nil
        self.identityToken = identityToken
        secrets = [identityToken]
    }
}

extension RegistryLogin: CustomStringConvertible, CustomReflectable {
    var description: String { "***" }
    var customMirror: Swift.Mirror { Swift.Mirror(self, children: ["login": "***"]) }
}

/// What was found out about a login: perhaps one, and what went wrong on the way, for whoever is refused later.
struct LoginAnswer: Sendable {
    var login: RegistryLogin?
    var notes: [String] = []
}
