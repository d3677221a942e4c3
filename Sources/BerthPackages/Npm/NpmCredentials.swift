internal import BerthArchive
internal import BerthRegistry

/// Tokens and passwords by the folder of a registry that they are for, `//host/folder/`.
struct NpmCredentials: Sendable {
    private let byFolder: [String: Credentials]

    /// From settings such as `//host/folder/:_authToken`.
    init(_ settings: [(key: String, value: String)]) {
        var fields: [String: [String: String]] = [:]
        for (key, value) in settings where key.hasPrefix("//") {
            guard let colon = key.lastIndex(of: ":") else { continue }
            var folder = String(key[..<colon])
            while folder.hasSuffix("/") { folder.removeLast() }
            fields[folder.lowercased(), default: [:]][String(key[key.index(after: colon)...])] = value
        }
        byFolder = fields.compactMapValues(Self.credentials)
    }

    /// A token before `_auth`, that before name and password; a value with an unset variable is none.
    private static func credentials(_ fields: [String: String]) -> Credentials? {
        let fields = fields.filter { !$0.value.isEmpty && !$0.value.contains("${") }
        if let token = fields["_authToken"] { return Credentials(bearer: token) }
        if let both = fields["_auth"] { return Credentials(basic: both) }
        guard let name = fields["username"], let password = fields["_password"].flatMap({ Base64.decode($0) }) else {
            return nil
        }
        return Credentials(name: name, password: String(decoding: password, as: UTF8.self))
    }

    /// Those for an address: of the longest folder that it lies in, else its registry's where that is on the same host.
    func find(_ address: Address, near registry: Address) -> Credentials? {
        if let own = find(address) { return own }
        return address.sharesOrigin(with: registry) ? find(registry) : nil
    }

    private func find(_ address: Address) -> Credentials? {
        guard let mark = address.target.firstRange(of: "//") else { return nil }
        var folder = address.target[mark.lowerBound...].prefix { $0 != "?" }.lowercased()
        while folder.count > 2 {
            if let found = byFolder[folder] { return found }
            guard let slash = folder.lastIndex(of: "/") else { return nil }
            folder = String(folder[..<slash])
        }
        return nil
    }
}
