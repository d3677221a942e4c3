internal import BerthRegistry

/// One base address of an apt sources entry, in either of the two forms (sources.list(5)).
struct AptEntry: Sendable {
    let file: String
    let uri: String
    let suites: [String]
    let components: [String]
    let signedBy: String?
    let checksExpiry: Bool

    /// The base as Berth fetches from it; nil for schemes that only apt speaks (cdrom, mirror, tor).
    func address(_ credentials: AptCredentials) -> Address? {
        let scheme = uri.prefix { $0 != ":" }.lowercased()
        let rest = uri.dropFirst(scheme.count + 1)
        switch scheme {
        case "http", "https": return try? Address(credentials.applied(to: uri))
        case "file", "copy": return try? Address("file://" + (rest.hasPrefix("//") ? rest.dropFirst(2) : rest))
        default: return nil
        }
    }

    /// Whether this is Debian's own archive and not somebody's repository for Debian.
    var isDebian: Bool {
        let folder = uri.split(separator: "/").last ?? ""
        let isOurs = signedBy?.contains("debian-archive") ?? true || folder == "debian" || folder == "debian-security"
        return isOurs && components.contains("main")
    }

    /// Whether a suite is of the main archive: `trixie`, `trixie-updates`, `stable`.
    static func isMainSuite(_ suite: String) -> Bool {
        let base = suite.split(separator: "-").first.map(String.init) ?? suite
        return names.contains(base) && !isSecuritySuite(suite) && !suite.contains("/")
    }

    /// Whether a suite is of the security archive: `trixie-security`, or `buster/updates` as it was before.
    static func isSecuritySuite(_ suite: String) -> Bool {
        let base = suite.split(whereSeparator: { "-/".contains($0) }).first.map(String.init) ?? suite
        return names.contains(base) && (suite.hasSuffix("-security") || suite.hasSuffix("/updates"))
    }

    /// Code names of releases since 2017 and of the next two, and the names that move.
    private static let names: Set = [
        "stretch", "buster", "bullseye", "bookworm", "trixie", "forky", "duke", "sid", "oldoldstable", "oldstable",
        "stable", "testing", "unstable", "experimental", "rc",
    ]

    /// Entries of the one-line form: `deb [options] uri suite component…`.
    static func lines(_ text: String, file: String) -> [AptEntry] {
        text.lines.compactMap { line in
            var rest = (line.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).first ?? "").trimmed
            guard rest.hasPrefix("deb"), rest.dropFirst(3).first.map({ $0 == " " || $0 == "\t" }) ?? false else {
                return nil
            }
            rest = rest.dropFirst(3).trimmed
            var options: [String: String] = [:]
            if rest.hasPrefix("["), let close = rest.firstIndex(of: "]") {
                options = pairs(rest[rest.index(after: rest.startIndex)..<close])
                rest = rest[rest.index(after: close)...].trimmed
            }
            let words = rest.split(whereSeparator: \.isWhitespace).map(String.init)
            guard words.count >= 3 else { return nil }
            return AptEntry(
                file: file, uri: words[0], suites: [words[1]], components: Array(words[2...]),
                signedBy: options["signed-by"], checksExpiry: AptSettings.isTrue(options["check-valid-until"] ?? "yes"))
        }
    }

    private static func pairs(_ text: Substring) -> [String: String] {
        let options = text.split(whereSeparator: \.isWhitespace).compactMap { word -> (String, String)? in
            let parts = word.split(separator: "=", maxSplits: 1)
            return parts.count == 2 ? (parts[0].lowercased(), String(parts[1])) : nil
        }
        return Dictionary(options) { _, last in last }
    }

    /// Entries of the stanza form; one for each address.
    static func deb822(_ text: String, file: String) -> [AptEntry] {
        Stanza.all(in: text).flatMap { stanza -> [AptEntry] in
            guard stanza.words("Types").contains("deb"), AptSettings.isTrue(stanza["Enabled"] ?? "yes") else {
                return []
            }
            return stanza.words("URIs").map { uri in
                AptEntry(
                    file: file, uri: uri, suites: stanza.words("Suites"), components: stanza.words("Components"),
                    signedBy: stanza["Signed-By"],
                    checksExpiry: AptSettings.isTrue(stanza["Check-Valid-Until"] ?? "yes"))
            }
        }
    }
}
