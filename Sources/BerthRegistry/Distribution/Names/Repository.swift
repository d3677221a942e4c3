internal import BerthSystem

/// A place for the versions of one image on one registry: `ghcr.io/me/python`.
package struct Repository: Sendable, Hashable {
    package let host: RegistryHost
    /// Parts in lower case, joined by slashes (distribution-spec, "Pulling manifests").
    package let path: String

    /// Throws with `.usage` where the path is none.
    package init(host: RegistryHost, path: some StringProtocol) throws {
        let path = String(path)
        guard (1...255).contains(path.utf8.count),
            path.split(separator: "/", omittingEmptySubsequences: false)
                .allSatisfy({ $0.wholeMatch(of: #/[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*/#) != nil })
        else {
            throw BerthError(
                .usage, "this is no repository's name", place: String(path.prefix(300)).escaped,
                remedy: "use lower-case letters and digits, joined by one of . _ __ - and parted by /")
        }
        self.host = host
        self.path = path
    }

    /// The last part: what the image itself is called.
    package var imageName: String { path.split(separator: "/").last.map(String.init) ?? path }
}

extension Repository: CustomStringConvertible {
    package var description: String { "\(host)/\(path)" }
}

/// The name of one version in a repository (distribution-spec, "tag").
package struct Tag: Sendable, Hashable, Comparable {
    package let text: String

    /// Throws with `.usage` for what no registry takes as a tag.
    package init(_ text: some StringProtocol) throws {
        let text = String(text)
        guard text.utf8.count <= 128, text.wholeMatch(of: #/[A-Za-z0-9_][A-Za-z0-9._\-]*/#) != nil else {
            throw BerthError(
                .usage, "this is no tag", place: String(text.prefix(200)).escaped,
                remedy: "use up to 128 letters, digits and . _ - , not beginning with . or -")
        }
        self.text = text
    }

    package static func < (left: Tag, right: Tag) -> Bool { left.text < right.text }
}

extension Tag: CustomStringConvertible {
    package var description: String { text }
}
