/// How a `RegistryDouble` behaves when nothing goes wrong: real ones differ in all of these.
package struct RegistryManners: Sendable {
    /// What a client has to know; nil lets everybody in.
    package struct Login: Sendable {
        package let name: String
        package let password: String
        package init(_ name: String, _ password: String) {
            self.name = name
            self.password = password
        }
    }

    package var login: Login?
    /// Lets clients in by a token of its own token service in place of name and password.
    package var givesTokens = false
    /// Takes an identity token in exchange for an access token (OAuth 2).
    package var identityToken: String?
    /// Seconds that a token is said to be good for.
    package var tokenSeconds = 300
    package var supportsReferrers = true
    /// Refuses PATCH.
    package var isMonolithic = false
    /// Every piece but the last must have so many bytes.
    package var leastPiece: Int?
    /// Takes no more than so many bytes of each piece.
    package var mostTaken: Int?
    /// Takes blobs over from another repository.
    package var mounts = true
    /// Names upload sessions by whole URLs, not by paths.
    package var absoluteLocations = false
    /// Names the states of manifests (ETag), and takes none in place of another than If-Match says.
    package var checksStates = false

    package init() {}
}

/// What a `RegistryDouble` does wrong on request.
package enum RegistryFault: Sendable {
    /// Answers with a status and perhaps a Retry-After header and an error's code.
    case status(Int, retryAfter: String? = nil, code: String? = nil, message: String? = nil)
    /// Keeps so many bytes of the request's body, then closes the connection.
    case cut(after: Int)
    /// Does what was asked and closes the connection in place of an answer.
    case silent
    /// Sends so many bytes of its answer's body, then closes the connection.
    case cutAnswer(after: Int)
    /// Says 416, though nothing is wrong.
    case wrongRange
    /// Serves the right number of bytes, the last one changed.
    case lie
    /// Forgets all tokens before it looks at the request.
    case forgetTokens
    /// Sends the client elsewhere.
    case redirect(to: String)
    /// Forgets the upload sessions.
    case forgetUploads
    /// Does what was asked, and says so with another header.
    case header(String, String)
    /// Answers with the whole blob whatever Range says, and closes the connection after so many bytes.
    case ignoreRange(cutAfter: Int)
    /// Another client puts this list under the same tag right after the answer.
    case overtaken(by: [UInt8])

    /// How much of the answer's body is sent where that is not all.
    var answerBytes: Int? {
        switch self {
        case .cutAnswer(let count), .ignoreRange(let count): count
        default: nil
        }
    }

    /// Whether the client never hears what came of its request.
    var losesAnswer: Bool {
        switch self {
        case .cut, .silent: true
        default: false
        }
    }
}

/// A request that a `RegistryDouble` has seen.
package struct RegistryCall: Sendable {
    package let method: String
    /// Without the query.
    package let path: String
    package let query: String
    package let headers: [String: String]
    package let bodyBytes: Int

    /// A header by its name in lower case.
    package subscript(name: String) -> String? { headers[name] }

    /// Whether it brought bytes of a blob, or asked to.
    package var isUpload: Bool { path.contains("/blobs/uploads/") }
}
