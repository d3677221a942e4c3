/// What an engine is and can do; read from it, never guessed.
package struct EngineFacts: Sendable, Equatable {
    package enum Kind: String, Sendable {
        case docker = "Docker"
        case podman = "Podman"
    }

    /// Where the engine keeps images; it decides what an image id is and whether layers can be left out of an archive.
    package enum ImageStore: String, Sendable {
        /// Docker's own: the image id is the config's digest.
        case graphDriver = "graph driver"
        /// Docker with containerd's store: the image id is the manifest's (or index's) digest.
        case containerd
        /// Podman's: the image id is the config's digest.
        case podman
    }

    package let kind: Kind
    package let version: String
    /// The version of the HTTP API in use; nil for an engine driven by its program.
    package let apiVersion: String?
    package let storageDriver: String
    package let imageStore: ImageStore
    /// The platform that it runs without an emulator.
    package let platform: ImagePlatform
    /// Memory of the machine (or virtual machine) that it runs in, in bytes.
    package let memory: Int64
    package let processors: Int

    /// Whether it reads zstd layers: Docker does from 23.0 on, Podman always.
    package var readsZstd: Bool {
        guard kind == .docker, let major = Int(version.prefix { $0.isNumber }) else { return true }
        return major >= 23
    }
}
