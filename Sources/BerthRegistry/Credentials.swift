internal import Foundation

/// Name and password from a URL, for basic authentication (RFC 7617).
struct Credentials: Sendable, Hashable {
    /// The value of the Authorization header.
    let header: String

    /// From the decoded parts of a URL; nil where it has none.
    init?(name: String?, password: String?) {
        guard name != nil || password != nil else { return nil }
        let plain = Data("\(name ?? ""):\(password ?? "")".utf8)
        header = "Basic \(plain.base64EncodedString())"
    }
}

extension Credentials: CustomStringConvertible {
    var description: String { "***" }
}
