/// Host names and literal addresses that lead to this machine or its link.
enum LocalHosts {
    /// This machine itself.
    static func isLoopback(_ host: String) -> Bool {
        host == "localhost" || host.hasSuffix(".localhost") || host == "[::1]" || isIPv4(host, below: "127.")
    }

    /// This machine, or the link-local range where clouds answer with a machine's secrets (RFC 3927, RFC 4291 §2.5.6).
    static func isLocal(_ host: String) -> Bool {
        isLoopback(host) || isIPv4(host, below: "169.254.") || isLinkLocalIPv6(host) || host.hasPrefix("[::ffff:")
            || host == "[::]" || host == "0.0.0.0"
    }

    /// `fe80::/10` (RFC 4291 §2.4).
    private static func isLinkLocalIPv6(_ host: String) -> Bool {
        ["[fe8", "[fe9", "[fea", "[feb"].contains { host.hasPrefix($0) }
    }

    private static func isIPv4(_ host: String, below prefix: String) -> Bool {
        host.hasPrefix(prefix) && host.allSatisfy { $0.isNumber || $0 == "." }
    }
}
