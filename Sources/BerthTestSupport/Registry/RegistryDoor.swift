internal import Foundation
internal import Synchronization

/// Who is let in to a `RegistryDouble`.
extension RegistryDouble {
    /// The answer for whoever may not come in; nil lets the request through.
    func refusal(_ request: RegistryCallReader) -> RegistryAnswer? {
        if request.call.path == "/token" { return nil }
        guard manners.givesTokens || manners.login != nil else { return nil }
        let sent = request.call["authorization"] ?? ""
        if manners.givesTokens {
            let isKnown = state.withLock { $0.tokens.contains(sent) }
            if isKnown { return nil }
        } else if sent == basic {
            return nil
        }
        var answer = RegistryAnswer.problem(401, "UNAUTHORIZED", "who are you? not \(sent)")
        answer.headers["WWW-Authenticate"] =
            manners.givesTokens
            ? "Bearer realm=\"http://\(host)/token\",service=\"double\",scope=\"repository:x:pull\""
            : "Basic realm=\"double\""
        return answer
    }

    var basic: String? {
        manners.login.map { "Basic " + Data("\($0.name):\($0.password)".utf8).base64EncodedString() }
    }
}

extension RegistryHandler {
    /// The token service (distribution, "Token Authentication Specification").
    func token(_ state: inout RegistryState) -> RegistryAnswer {
        let form = String(decoding: request.body, as: UTF8.self)
        if request.call.method == "POST" {
            guard let known = double.manners.identityToken, request.fields(form, "refresh_token") == [known] else {
                return .problem(401, "UNAUTHORIZED", "not \(form)")
            }
        } else if let login = double.manners.login {
            let wanted = "Basic " + Data("\(login.name):\(login.password)".utf8).base64EncodedString()
            guard request.call["authorization"] == wanted else { return .problem(401, "UNAUTHORIZED") }
        }
        let token = "token-\(state.number())-of-the-double"
        state.tokens.insert("Bearer \(token)")
        let name = request.call.method == "POST" ? "access_token" : "token"
        return .json(200, [name: token, "expires_in": double.manners.tokenSeconds])
    }
}
