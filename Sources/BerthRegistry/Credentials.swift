internal import BerthArchive

/// What a request says in its Authorization header; never shown.
package struct Credentials: Sendable, Hashable {
    /// The value of the header.
    let header: String

    /// Name and password from the decoded parts of a URL, for basic authentication (RFC 7617); nil where it has none.
    package init?(name: String?, password: String?) {
        guard name != nil || password != nil else { return nil }
        header = "Basic " + Base64.encode(Array("\(name ?? ""):\(password ?? "")".utf8))
    }

    /// Name and password as a configuration file keeps them: `name:password` in base64.
    package init?(basic encoded: String) {
        guard Self.isPlain(encoded) else { return nil }
        header = "Basic " + encoded
    }

    /// A token (RFC 6750); nil for a text that no header can hold.
    package init?(bearer token: String) {
        guard Self.isPlain(token) else { return nil }
        header = "Bearer " + token
    }

    private static func isPlain(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }
}

extension Credentials: CustomStringConvertible, CustomReflectable {
    package var description: String { "***" }

    /// Nothing, so that a dump shows no password either.
    package var customMirror: Swift.Mirror { Swift.Mirror(self, children: [:]) }
}
