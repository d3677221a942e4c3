/// A package URL: `pkg:TYPE/NAMESPACE/NAME@VERSION?QUALIFIERS` (package-url/purl-spec, PURL-SPECIFICATION).
package struct PackageURL: Sendable, Hashable, CustomStringConvertible {
    package let description: String

    /// Parts as they are; they are encoded here.
    package init(
        _ type: String, namespace: [String] = [], name: String, version: String, qualifiers: [String: String] = [:]
    ) {
        let path = ([type] + (namespace + [name]).map(Self.encoded)).joined(separator: "/")
        let query = qualifiers.filter { !$0.value.isEmpty }.sorted { $0.key < $1.key }
            .map { "\($0.key)=\(Self.encoded($0.value))" }.joined(separator: "&")
        description = "pkg:\(path)@\(Self.encoded(version))" + (query.isEmpty ? "" : "?\(query)")
    }

    /// `pkg:deb/debian/libc6@2.41-12?arch=arm64&distro=debian-13`.
    package static func debian(_ name: String, _ version: String, architecture: String, distribution: String) -> Self {
        Self(
            "deb", namespace: ["debian"], name: name.lowercased(), version: version,
            qualifiers: ["arch": architecture, "distro": distribution])
    }

    /// `pkg:pypi/ruamel-yaml@0.18`: lower case, `-` for `_`.
    package static func python(_ name: String, _ version: String) -> Self {
        Self("pypi", name: name.lowercased().replacing("_", with: "-"), version: version)
    }

    /// `pkg:npm/%40playwright/test@1.57.0`.
    package static func npm(_ name: String, _ version: String) -> Self {
        let parts = name.split(separator: "/").map(String.init)
        return Self("npm", namespace: Array(parts.dropLast()), name: parts.last ?? name, version: version)
    }

    /// Unreserved characters and the colon stay; all else is `%` and two capital hex digits a byte.
    private static func encoded(_ text: String) -> String {
        var result: [UInt8] = []
        let digits = Array("0123456789ABCDEF".utf8)
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: result.append(byte)
            case _ where ".-_~:".utf8.contains(byte): result.append(byte)
            default: result += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
