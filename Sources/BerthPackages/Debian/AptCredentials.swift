internal import BerthSystem
internal import Foundation
internal import SystemPackage

/// Logins of apt_auth.conf(5), for addresses of the machine's apt configuration alone; never shown.
struct AptCredentials: Sendable {
    /// `machine` is `https://host:port/path`, where scheme, port and path may be absent.
    private let entries: [(machine: String, login: String, password: String)]

    /// Reads `auth.conf` and `auth.conf.d/*.conf`; files that this user may not read are passed over, as apt's are secret.
    init(_ folder: FilePath) {
        let parts = folder.appending("auth.conf.d")
        let names = ((try? Files.list(parts)) ?? []).filter { $0.hasSuffix(".conf") }
        let files = names.map { parts.appending($0) } + [folder.appending("auth.conf")]
        entries = files.flatMap { Self.parse((try? Files.readText($0, limit: 1 << 20)) ?? "") }
    }

    /// The address with name and password in it, where an entry matches and it has none of its own.
    func applied(to uri: String) -> String {
        guard let separator = uri.range(of: "://") else { return uri }
        let scheme = uri[..<separator.lowerBound].lowercased()
        let rest = uri[separator.upperBound...]
        guard ["http", "https"].contains(scheme), !rest.prefix(while: { $0 != "/" }).contains("@"),
            let entry = entries.first(where: { Self.matches($0.machine, scheme: scheme, rest: rest) })
        else { return uri }
        return "\(scheme)://\(Self.encoded(entry.login)):\(Self.encoded(entry.password))@\(rest)"
    }

    /// An entry without a scheme is for https only; one without a port for all; its path is a prefix.
    private static func matches(_ machine: String, scheme: String, rest: Substring) -> Bool {
        let parts = machine.split(separator: "://", maxSplits: 1)
        guard let wanted = parts.last, (parts.count > 1 ? parts[0].lowercased() : "https") == scheme else {
            return false
        }
        let (host, authority) = (wanted.prefix { $0 != "/" }, rest.prefix { $0 != "/" })
        let served = host.contains(":") ? authority : authority.prefix { $0 != ":" }
        return host.lowercased() == served.lowercased()
            && rest.dropFirst(authority.count).hasPrefix(wanted.dropFirst(host.count))
    }

    private static func parse(_ text: String) -> [(machine: String, login: String, password: String)] {
        let uncommented = text.lines.filter { !$0.trimmed.hasPrefix("#") }.joined(separator: "\n")
        var words = uncommented.split(whereSeparator: \.isWhitespace).map(String.init)[...]
        var entries: [(machine: String, login: String, password: String)] = []
        while let word = words.popFirst() {
            guard ["machine", "login", "password"].contains(word), let value = words.popFirst() else { continue }
            if word == "machine" {
                entries.append((value, "", ""))
            } else if let last = entries.indices.last {
                if word == "login" { entries[last].login = value } else { entries[last].password = value }
            }
        }
        return entries
    }

    private static func encoded(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    }
}
