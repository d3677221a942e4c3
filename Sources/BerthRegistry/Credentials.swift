internal import Foundation

/// What goes into an Authorization header: name and password (RFC 7617), or a token (RFC 6750).
struct Credentials: Sendable, Hashable {
    /// The value of the Authorization header.
    let header: String

    /// From the decoded parts of a URL; nil where it has none.
    init?(name: String?, password: String?) {
        guard name != nil || password != nil else { return nil }
        let plain = Data("\(name ?? ""):\(password ?? "")".utf8)
        header = "Basic \(plain.base64EncodedString())"
    }

    /// A token that a registry's token service gave.
    init(token: String) { header = "Bearer \(token)" }
}

extension Credentials: CustomStringConvertible, CustomReflectable {
    var description: String { "***" }
    var customMirror: Swift.Mirror { Swift.Mirror(self, children: ["credentials": "***"]) }
}
