internal import BerthSystem
internal import Foundation
package import SystemPackage

/// Where bytes can be had: a checked http, https or file URL (RFC 3986).
///
/// Credentials are kept apart and never shown: neither in `description` nor in an error.
package struct Address: Sendable, Hashable {
    /// The schemes that Berth fetches from.
    package enum Scheme: String, Sendable { case http, https, file }

    /// How the bytes come.
    package let scheme: Scheme
    /// The host in lower case, an IPv6 address in brackets; empty for a file.
    package let host: String
    /// The port where the URL names one.
    package let port: Int?
    /// The percent-encoded path, with its first slash.
    let path: String
    let query: String?
    let credentials: Credentials?

    /// Parses a URL; throws with `.usage` for anything but http, https and file, and for a URL that is not well-formed.
    package init(_ text: some StringProtocol) throws {
        guard
            let parts = URLComponents(string: String(text), encodingInvalidCharacters: false),
            let scheme = parts.scheme.flatMap({ Scheme(rawValue: $0.lowercased()) })
        else { throw Address.unusable(String(text), "it is no http, https or file URL") }
        let host = (parts.encodedHost ?? "").lowercased()
        switch scheme {
        case .file where !["", "localhost"].contains(host): throw Address.unusable(String(text), "a file has no host")
        case .http, .https:
            if host.isEmpty { throw Address.unusable(String(text), "the host is missing") }
        case .file: break
        }
        if let port = parts.port, !(1...65_535).contains(port) {
            throw Address.unusable(String(text), "there is no such port")
        }
        self.scheme = scheme
        self.host = scheme == .file ? "" : host
        port = scheme == .file ? nil : parts.port
        path = parts.percentEncodedPath.hasPrefix("/") ? parts.percentEncodedPath : "/" + parts.percentEncodedPath
        query = scheme == .file ? nil : parts.percentEncodedQuery
        credentials = scheme == .file ? nil : Credentials(name: parts.user, password: parts.password)
    }

    private init(_ other: Address, path: String? = nil, query: String? = nil, credentials: Credentials?) {
        scheme = other.scheme
        host = other.host
        port = other.port
        self.path = path ?? other.path
        self.query = query ?? other.query
        self.credentials = credentials
    }

    /// The address with fields behind those that its query has already.
    func adding(query fields: [(String, String)]) -> Address {
        let added = fields.map { "\($0.0)=\(Address.encoded($0.1))" }
        let all = [query].compactMap(\.self).filter { !$0.isEmpty } + added
        return Address(self, query: all.isEmpty ? nil : all.joined(separator: "&"), credentials: credentials)
    }

    /// A text as one value of a query.
    static func encoded(_ value: String) -> String { encode(value.utf8).replacing("/", with: "%2F") }

    /// The address of something below this one; every byte of `path` but letters, digits and `-._~/` is encoded.
    package func appending(path added: String) -> Address {
        let base = path.hasSuffix("/") ? String(path.dropLast()) : path
        let rest = added.utf8.drop { $0 == UInt8(ascii: "/") }
        return Address(self, path: base + "/" + Address.encode(rest), credentials: credentials)
    }

    /// The address of something right below this one, whose name may hold a slash: that is encoded as well.
    package func appending(component added: String) -> Address {
        let base = path.hasSuffix("/") ? path : path + "/"
        let name = Address.encode(added.utf8).replacing("/", with: "%2F")
        return Address(self, path: base + name, credentials: credentials)
    }

    /// The same address with these credentials, unless it has some of its own.
    package func authorised(by credentials: Credentials?) -> Address {
        Address(self, credentials: self.credentials ?? (scheme == .file ? nil : credentials))
    }

    /// The address of a path below this one that needs no encoding: registries want a digest's colon as it is.
    func appending(plain added: String) -> Address {
        Address(self, path: (path.hasSuffix("/") ? path : path + "/") + added, credentials: credentials)
    }

    /// What a reference in a document or redirect from here leads to (RFC 3986 §5).
    ///
    /// Credentials go along within the same origin only.
    package func resolved(_ reference: String) throws -> Address {
        guard let base = URL(string: target), let url = URL(string: reference, relativeTo: base) else {
            throw Address.unusable(reference, "it is no URL")
        }
        let found = try Address(url.absoluteString)
        guard found.credentials == nil, found.sharesOrigin(with: self) else { return found }
        return Address(found, credentials: credentials)
    }

    /// Whether scheme, host and port are the same.
    package func sharesOrigin(with other: Address) -> Bool {
        scheme == other.scheme && host == other.host && effectivePort == other.effectivePort
    }

    var effectivePort: Int { port ?? (scheme == .https ? 443 : 80) }

    /// The URL as a request needs it: without credentials.
    package var target: String { scheme.rawValue + "://" + authority + path + (query.map { "?" + $0 } ?? "") }

    /// Path and query, to be resolved against an address of the same origin.
    var inOrigin: String { path + (query.map { "?" + $0 } ?? "") }

    private var authority: String { host + (port.map { ":\($0)" } ?? "") }

    /// The path of a local file; nil for other schemes, and for a name that no file can have.
    package var file: FilePath? {
        guard scheme == .file, let decoded = path.removingPercentEncoding, !decoded.utf8.contains(0) else { return nil }
        return FilePath(decoded)
    }

    /// The last part of the path as people read it.
    package var fileName: String {
        let last = path.split(separator: "/").last.map(String.init) ?? host
        return (last.removingPercentEncoding ?? last).escaped
    }

    private static func encode(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var result: [UInt8] = []
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"), UInt8(ascii: "/"):
                result.append(byte)
            default: result += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    private static func unusable(_ text: String, _ reason: String) -> BerthError {
        BerthError(
            .usage, "an address can't be used: \(reason)", place: redacted(text),
            remedy: "write it as https://host/folder, http://host/folder or file:///folder")
    }

    /// A text that is no URL, without what may be a password or signature: all before an `@`, and after a `?`.
    package static func redacted(_ text: String) -> String {
        let shown = text.lastIndex(of: "@").map { "***" + text[$0...] } ?? text
        let open = shown.firstIndex(of: "?").map { shown[..<$0] + "?***" } ?? shown[...]
        return String(open.prefix(200)).escaped
    }
}

extension Address: CustomStringConvertible {
    /// The URL for messages: credentials and the query, which may hold a signature, are shown as `***`.
    package var description: String {
        (scheme.rawValue + "://" + (credentials == nil ? "" : "***@") + authority + path + (query == nil ? "" : "?***"))
            .escaped
    }
}

extension Address: CustomReflectable {
    /// Nothing but the description, so that a dump shows no password either.
    package var customMirror: Swift.Mirror { Swift.Mirror(self, children: ["address": description]) }
}
