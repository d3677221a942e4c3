/// Where a lockfile has a package from.
enum SourceAddress {
    /// The address without credentials, a commit or other fragment kept.
    ///
    /// A query is dropped where a hash tells the content; else its own hash stands for it, as it may choose the content.
    static func source(_ address: String, hasIntegrity: Bool) -> String {
        guard !address.isEmpty else { return "" }
        let query: PlainText.Query = hasIntegrity ? .dropped : .hashed
        let clean =
            address.contains("://") ? PlainText.withoutSecrets(address, query: query) : withoutLogin(address)
        return PlainText.line(clean)
    }

    /// Whether a package lies in the project, or beside it: a path instead of an address.
    static func isLocal(_ address: String) -> Bool {
        ["file:", "link:", "portal:", "workspace:", "./", "../", "/", "~/"].contains { address.hasPrefix($0) }
            || address == "." || address == ".."
    }

    /// The hashes of an `integrity`, which has white space between them.
    static func hashes(_ integrity: String?) -> [String] {
        // By bytes: nearly every text has one hash and no space, and there are thousands of them.
        integrity?.utf8.split { $0 == 0x20 || (0x09...0x0D).contains($0) }.map { String(Substring($0)) } ?? []
    }

    /// `git@host:path` as ssh has it, without the user.
    private static func withoutLogin(_ address: String) -> String {
        guard let at = address.firstIndex(of: "@"), at != address.startIndex else { return address }
        let rest = address[address.index(after: at)...]
        guard !address[..<at].contains(where: { "/:#".contains($0) }), rest.contains(":") else { return address }
        return String(rest)
    }
}
