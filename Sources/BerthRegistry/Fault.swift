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
    /// TLS could not establish who the server is.
    case untrusted
    /// Nothing that trying again would change.
    case unusable(String)

    static func trouble(_ text: String) -> Fault { .trouble(text, wait: nil) }

    /// What the libraries' texts mean in our words; their types differ between Linux and macOS.
    private static let meanings = [
        ("Connection refused", "the connection was refused"), ("UnknownHost", "the host's name is not known"),
        ("NoSuchRecord", "the host's name is not known"), ("WRONG_VERSION_NUMBER", "the server does not speak TLS"),
        ("unexpected time", "the connection was cut"), ("unreachable", "the network or the host can't be reached"),
        ("invalidEOFState", "the connection was cut"),
        ("Connection reset", "the connection was cut"), ("Broken pipe", "the connection was cut"),
    ]

    /// An error of the HTTP library or the network, in our words.
    static func network(_ error: any Error) -> any Error {
        if error is Fault || error is BerthError || error is CancellationError { return error }
        if let known = error as? HTTPClientError {
            if known == .proxyAuthenticationRequired { return Fault.refused(407) }
            if known == .remoteConnectionClosed { return Fault.trouble("the connection was cut") }
            return Fault.trouble("the connection failed (\(known.shortDescription))")
        }
        let text = "\(error)"
        if text.contains("CERTIFICATE_VERIFY_FAILED") { return Fault.untrusted }
        let meaning = meanings.first { text.contains($0.0) }?.1
        return Fault.trouble(meaning ?? "the connection failed (\(String(text.prefix(300)).escaped))")
    }
}

extension Fault: CustomStringConvertible {
    /// What happened, as a sentence without its stop.
    var description: String {
        switch self {
        case .missing: "there is no such file"
        case .refused(let status): "the server answered \(status): it asks for credentials, or refuses these"
        case .page: "the server answered with a web page, not with the file"
        case .otherSize(let got): "the server has \(got) bytes under this name"
        case .noResume: "the server did not go on where the transfer broke"
        case .untrusted: "the server's certificate is not trusted"
        case .trouble(let text, _), .unusable(let text), .wrongContent(let text): text
        }
    }
}
