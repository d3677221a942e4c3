internal import BerthSystem

/// The package indexes that requirements are resolved against.
///
/// First what the caller names (a flag or `berth.yaml`), else what uv itself is configured with (left to uv), else
/// pip's `index-url`, `extra-index-url`, `cert` and `trusted-host`, else uv's own default. pip's `find-links` is left
/// out: files in a folder of one machine can't be found again by a lock's reader on another.
package struct PythonIndexes: Sendable, Equatable {
    /// Replaces the default index; nil leaves it to uv.
    package var main: String?
    /// Asked before the main one, as uv does it: the first index that has a name is the only one for that name.
    package var more: [String] = []
    /// Hosts without a valid certificate, as pip's `trusted-host` lists them.
    package var trustedHosts: [String] = []
    /// A file with the certificates to trust.
    package var certificates: String?

    package init(main: String? = nil, more: [String] = []) {
        self.main = main
        self.more = more
    }

    /// The machine's own configuration, where the caller names no index.
    package static func configured() throws -> PythonIndexes {
        try configured(MachineConfiguration())
    }

    /// These indexes with the machine's certificates, where it has its own: a private mirror needs them as well.
    func trusting(_ machine: MachineConfiguration) throws -> PythonIndexes {
        guard certificates == nil, machine.variables["SSL_CERT_FILE"] == nil else { return self }
        var result = self
        result.certificates = try PipConfiguration(machine)["cert"]
        return result
    }

    /// The same from a given machine; tests make one.
    static func configured(_ machine: MachineConfiguration) throws -> PythonIndexes {
        let pip = try PipConfiguration(machine)
        var indexes = PythonIndexes()
        indexes.certificates = machine.variables["SSL_CERT_FILE"] == nil ? pip["cert"] : nil
        if try UVConfiguration.namesIndex(machine) { return indexes }
        if pip.isTrue("no-index") {
            throw BerthError(
                .usage, "pip is configured with no-index, so there is no package index to resolve against",
                place: pip.origin("no-index"),
                remedy: "name an index in berth.yaml, or set UV_DEFAULT_INDEX or PIP_INDEX_URL and take no-index out")
        }
        indexes.main = pip["index-url"]
        indexes.more = pip.list("extra-index-url")
        indexes.trustedHosts = pip.list("trusted-host")
        return indexes
    }

    /// Variables that hand the indexes to uv; not arguments, since addresses may hold passwords.
    var variables: [String: String] {
        var result: [String: String] = [:]
        if let main { result["UV_DEFAULT_INDEX"] = main }
        if !more.isEmpty { result["UV_INDEX"] = more.joined(separator: " ") }
        if !trustedHosts.isEmpty { result["UV_INSECURE_HOST"] = trustedHosts.joined(separator: " ") }
        if let certificates { result["SSL_CERT_FILE"] = certificates }
        return result
    }

    /// A file's address with the name and password of the index on the same host: uv leaves them out.
    func authorised(_ address: String) -> String {
        for index in more + [main].compactMap(\.self) {
            guard let parts = AddressParts(index), let secret = parts.user, let own = AddressParts(address),
                own.user == nil,
                own.scheme == parts.scheme, own.host == parts.host
            else { continue }
            return "\(own.scheme)://\(secret)@\(own.host)\(own.rest)"
        }
        return address
    }
}

/// `scheme://user@host/rest`, taken apart as text.
private struct AddressParts {
    let scheme: Substring
    let user: Substring?
    /// With the port.
    let host: Substring
    let rest: Substring

    init?(_ text: String) {
        guard let mark = text.firstRange(of: "://") else { return nil }
        scheme = text[..<mark.lowerBound]
        let after = text[mark.upperBound...]
        let authority = after.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        rest = after[authority.endIndex...]
        if let at = authority.lastIndex(of: "@") {
            user = authority[..<at]
            host = authority[authority.index(after: at)...]
        } else {
            (user, host) = (nil, authority)
        }
    }
}
