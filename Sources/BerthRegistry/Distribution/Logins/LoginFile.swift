internal import BerthSystem
internal import Foundation
internal import SystemPackage

/// A file of logins as Docker (`config.json`) and Podman (`auth.json`) write it.
struct LoginFile: Sendable {
    private struct Contents: Decodable {
        var auths: [String: Entry]?
        var credHelpers: [String: String]?
        var credsStore: String?
    }

    private struct Entry: Decodable {
        var auth: String?
        var identitytoken: String?
        var username: String?
        var password: String?
    }

    private let contents: Contents

    /// Throws a `BerthError` that says nothing of what is in the file.
    init(_ path: FilePath) throws {
        let bytes = try Files.read(path, limit: 4 << 20)
        do { contents = try JSONDecoder().decode(Contents.self, from: Data(bytes)) } catch {
            throw BerthError(.usage, "the file of logins is not well-formed", place: path.string)
        }
    }

    /// The helper program that knows a host's login: `docker-credential-NAME`; the host's own before the general one.
    func helper(for host: RegistryHost) -> String? {
        let own = (contents.credHelpers ?? [:]).first { LoginFile.normalised($0.key) == host.description }?.value
        return [own, contents.credsStore].compactMap(\.self).first { !$0.isEmpty }
    }

    /// The login that stands in the file itself; the longest name that the repository lies below counts (Podman).
    func login(for repository: Repository) -> RegistryLogin? {
        let wanted = repository.description + "/"
        return (contents.auths ?? [:])
            .map { (LoginFile.normalised($0.key), $0.value) }
            .filter { wanted.hasPrefix($0.0 + "/") }
            .sorted { $0.0.utf8.count > $1.0.utf8.count }
            .lazy.compactMap { LoginFile.login($0.1) }.first
    }

    private static func login(_ entry: Entry) -> RegistryLogin? {
        if let token = entry.identitytoken, !token.isEmpty { return RegistryLogin(identityToken: token) }
        if let name = entry.username, let password = entry.password {
            return RegistryLogin(name: name, password: password)
        }
        guard let auth = entry.auth, let plain = Data(base64Encoded: auth) else { return nil }
        let parts = String(decoding: plain, as: UTF8.self).drop { $0 == "\0" }
            .split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty else { return nil }
        return RegistryLogin(name: String(parts[0]), password: parts[1].trimmingCharacters(in: ["\0"]))
    }

    /// A key of the file as a host, perhaps with a path: Docker writes `https://index.docker.io/v1/` for its own.
    private static func normalised(_ key: String) -> String {
        var name = Substring(key)
        for scheme in ["https://", "http://"] where name.hasPrefix(scheme) { name = name.dropFirst(scheme.count) }
        while name.hasSuffix("/") { name = name.dropLast() }
        for version in ["/v1", "/v2"] where name.hasSuffix(version) { name = name.dropLast(version.count) }
        let parts = name.split(separator: "/", maxSplits: 1)
        guard let first = parts.first, let host = try? RegistryHost(first) else { return String(name) }
        return ([host.description] + parts.dropFirst().map(String.init)).joined(separator: "/")
    }
}
