package import BerthDocument

/// What `uses` of a step names.
package struct ActionReference: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        /// A folder of the same repository, without `./`.
        case local(String)
        /// An image of a registry.
        case image(String)
        /// `owner/name@ref`, perhaps with a folder between.
        case remote(String)
    }

    package let kind: Kind
    package let place: DocumentPlace

    /// Nil where the text names no action.
    init?(_ text: String, at place: DocumentPlace) {
        self.place = place
        if text.hasPrefix("./") {
            guard let path = RepositoryPath.normalized(text) else { return nil }
            kind = .local(path)
        } else if text.hasPrefix("docker://") {
            kind = .image(String(text.dropFirst("docker://".count)))
        } else {
            guard text.wholeMatch(of: #/[^\/@\s]+\/[^@\s]+@\S+/#) != nil else { return nil }
            kind = .remote(text)
        }
    }
}

/// Paths of files in the repository.
enum RepositoryPath {
    /// A path from the repository's folder on; nil where it leads out of it.
    static func normalized(_ text: String) -> String? {
        var parts: [Substring] = []
        for part in text.split(separator: "/") where part != "." {
            if part == ".." {
                guard parts.popLast() != nil else { return nil }
            } else {
                parts.append(part)
            }
        }
        return parts.joined(separator: "/")
    }
}
