/// Texts that say where a package comes from.
enum SourceText {
    /// The text with user, password and secret parameters taken out of each address in it.
    static func withoutCredentials(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 == 0x40 || $0 == 0x3F }), text.contains("://") else { return text }
        var result = ""
        var rest = text[...]
        while let mark = rest.firstRange(of: "://") {
            result += rest[..<mark.upperBound]
            rest = rest[mark.upperBound...]
            let authority = rest.prefix { !"/?#\"' \\,;".contains($0) }
            result += authority.lastIndex(of: "@").map { authority[authority.index(after: $0)...] } ?? authority
            rest = rest[authority.endIndex...]
            let path = rest.prefix { !"?#\"' ".contains($0) }
            result += path
            rest = rest[path.endIndex...]
            if rest.first == "?" {
                let query = rest.dropFirst().prefix { !"#\"' ".contains($0) }
                rest = rest[query.endIndex...]
                let plain = query.split(separator: "&").filter { !isSecret($0) }
                result += plain.isEmpty ? "" : "?" + plain.joined(separator: "&")
            }
        }
        return result + rest
    }

    /// Whether a parameter of an address is named like a credential.
    private static func isSecret(_ parameter: Substring) -> Bool {
        let name = parameter.prefix { $0 != "=" }.lowercased()
        return ["token", "secret", "pass", "auth", "key", "sig", "credential"].contains { name.contains($0) }
    }

    /// The scheme and host of an address; nil for texts that are none.
    static func origin(_ address: String) -> String? {
        guard let mark = address.firstRange(of: "://") else { return nil }
        let host = address[mark.upperBound...].prefix { !"/?#".contains($0) }
        let end = host.lastIndex(of: "@").map { address.index(after: $0) } ?? host.startIndex
        return address[..<mark.upperBound] + String(address[end..<host.endIndex])
    }

    /// Whether a text is a whole commit: a branch, a tag or a short one may come to mean another.
    static func isCommit(_ text: some StringProtocol) -> Bool {
        (text.utf8.count == 40 || text.utf8.count == 64) && text.utf8.allSatisfy { HashText.isHex($0) }
    }
}
