internal import BerthSystem

/// An index under a tag that several write at once: read, changed, put back where nobody was faster, and looked at again.
package struct SharedIndex: Sendable {
    private let client: RegistryClient
    private let tag: Tag
    /// Somebody else may write the list at the same moment; then ours is changed again.
    private static let rounds = 6

    package init(client: RegistryClient, tag: Tag) { (self.client, self.tag) = (client, tag) }

    /// Changes the list until a look at it finds nothing to change; false where others write it all the time.
    ///
    /// `change` gets the list that is there, if any, and says what should be there; nil where it is good as it is.
    package func change(
        _ change: (RegistryManifest?) async throws -> RegistryManifest?
    ) async throws -> Bool {
        var refused: String?
        for round in 1...Self.rounds {
            let found = try await client.tagged(.tag(tag)).flatMap { $0.manifest.type.isList ? $0 : nil }
            guard let list = try await change(found?.manifest) else { return true }
            // A registry that refuses the very state that it has just named knows no conditions.
            let condition = found?.entityTag == refused ? nil : found?.entityTag
            if try await !client.put(list, as: tag, replacing: condition) {
                refused = condition
                try await Task.sleep(for: client.policy.wait(after: round))
            }
        }
        return false
    }
}
