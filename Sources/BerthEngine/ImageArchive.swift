/// Takes the bytes of an archive in order; a write returns once the engine has taken them.
package protocol ArchiveSink: Sendable {
    func write(_ bytes: [UInt8]) async throws
}

/// An image archive that is written while the engine reads it: never whole in memory, never a file.
///
/// The archive is the hybrid of an OCI layout and `manifest.json`, which every engine loads.
package struct ImageArchive: Sendable {
    /// Full names (`docker.io/library/x:tag`): the containerd store takes names as they stand.
    package let names: [String]
    /// Writes the archive; may be called again when a first try left out layers in vain.
    package let write: @Sendable (any ArchiveSink) async throws -> Void

    package init(names: [String], write: @Sendable @escaping (any ArchiveSink) async throws -> Void) {
        self.names = names
        self.write = write
    }
}

/// An image as the engine describes it after loading.
package struct LoadedImage: Sendable, Equatable {
    /// The engine's id: the config's digest, or the manifest's or index's in containerd's store.
    package let id: EngineDigest
    /// The names under which the engine has it.
    package let names: [String]
    /// Digests of the uncompressed layers, bottom first.
    package let diffIDs: [EngineDigest]
    package let platform: ImagePlatform
}
