internal import AsyncHTTPClient
internal import BerthSystem

/// Why one try at one address brought nothing.
enum Fault: Error, Sendable {
    /// 404 or 410, or no such local file.
    case missing
    /// 401, 403 or 407.
    case refused(Int)
    /// A web page where a file should be: a login page of the network, or a mirror that says sorry with 200.
    case page
    /// The server has another file under that name.
    case otherSize(got: Int64)
    /// All bytes came, and they are others; the text names both hashes.
    case wrongContent(String)
    /// The server does not go on where we were; the next try starts at the first byte.
    case noResume
    /// Network or server trouble that may pass; the server may ask for a wait.
    case trouble(String, wait: Duration?)
    /// Nothing that trying again would change.
    case unusable(String)

    static func trouble(_ text: String) -> Fault { .trouble(text, wait: nil) }

    /// An error of the HTTP library or the network, in our words.
    static func network(_ error: any Error) -> any Error {
        if error is Fault || error is BerthError || error is CancellationError { return error }
        if let known = error as? HTTPClientError {
            if known == .proxyAuthenticationRequired { return Fault.refused(407) }
            return Fault.trouble("the connection failed (\(known.shortDescription))")
        }
        return Fault.trouble("the connection failed (\(String("\(error)".prefix(300)).escaped))")
    }
}

extension Fault: CustomStringConvertible {
    var description: String {
        switch self {
        case .missing: "not found"
        case .refused(let status): "answered \(status): it asks for credentials, or refuses these"
        case .page: "answered with a web page, not with the file"
        case .otherSize(let got): "has \(got) bytes under this name"
        case .noResume: "did not go on where the transfer broke"
        case .trouble(let text, _), .unusable(let text), .wrongContent(let text): text
        }
    }
}
