package import BerthArchive
internal import BerthSystem

/// What a person writes to name an image on a registry: `host[:port]/repository[:tag][@sha256:…]`.
///
/// Without a host it is docker.io's, where a single name lies below `library/`, as Docker has it.
package struct Reference: Sendable, Hashable {
    package let repository: Repository
    package let tag: Tag?
    package let digest: Digest?

    package init(repository: Repository, tag: Tag? = nil, digest: Digest? = nil) {
        self.repository = repository
        self.tag = tag
        self.digest = digest
    }

    /// Parses a reference; throws with `.usage` and the part that is wrong.
    package init(_ text: some StringProtocol) throws {
        let text = String(text)
        guard !text.isEmpty, text.utf8.count <= 600, !text.contains("://") else {
            throw Reference.unusable(
                text, text.contains("://") ? "a reference has no scheme" : "it is empty or too long")
        }
        let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        if parts.count == 2 {
            do { digest = try Digest(parts[1]) } catch {
                throw Reference.unusable(text, "what follows @ is not sha256: and 64 lower-case hex digits")
            }
        } else {
            digest = nil
        }
        // A colon behind the last slash begins the tag; one before it belongs to the host.
        let name = parts[0]
        let last = name.lastIndex(of: "/") ?? name.startIndex
        let colon = name[last...].lastIndex(of: ":")
        tag = try colon.map { try Tag(name[name.index(after: $0)...]) }
        repository = try Reference.repository(name[..<(colon ?? name.endIndex)])
    }

    private static func repository(_ name: Substring) throws -> Repository {
        if let slash = name.firstIndex(of: "/"), RegistryHost.isNamed(by: name[..<slash]) {
            let host = try RegistryHost(name[..<slash])
            return try Repository(host: host, path: standardPath(name[name.index(after: slash)...], on: host))
        }
        return try Repository(host: .standard, path: standardPath(name, on: .standard))
    }

    private static func standardPath(_ path: Substring, on host: RegistryHost) -> String {
        host == .standard && !path.contains("/") && !path.isEmpty ? "library/\(path)" : String(path)
    }

    private static func unusable(_ text: String, _ reason: String) -> BerthError {
        BerthError(
            .usage, "this is no image reference: \(reason)", place: Address.redacted(text),
            remedy: "write it as host/name:tag or host/name@sha256:…, such as localhost:5000/python:latest")
    }

    /// What to ask the registry for: the digest where there is one, else the tag, else `latest`.
    package var manifestName: ManifestName {
        if let digest { return .digest(digest) }
        return .tag(tag ?? .latest)
    }
}

extension Reference: CustomStringConvertible {
    /// In full: with the host, and the tag and digest that were given.
    package var description: String {
        "\(repository)" + (tag.map { ":\($0)" } ?? "") + (digest.map { "@\($0)" } ?? "")
    }
}

/// How a manifest is asked for.
package enum ManifestName: Sendable, Hashable, CustomStringConvertible {
    case tag(Tag)
    case digest(Digest)

    /// As it stands in a URL.
    package var description: String {
        switch self {
        case .tag(let tag): tag.text
        case .digest(let digest): digest.description
        }
    }
}

extension Tag {
    /// What is meant where no tag is named.
    package static let latest = Tag(checked: "latest")

    /// Where referrers of a manifest are listed by registries without the referrers API (distribution-spec, "Referrers Tag
    /// Schema").
    package static func referrers(of digest: Digest) -> Tag { Tag(checked: "sha256-\(digest.hex)") }

    private init(checked text: String) { self.text = text }
}
