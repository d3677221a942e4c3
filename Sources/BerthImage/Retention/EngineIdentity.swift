internal import BerthArchive
package import BerthEngine

extension Version {
    /// The ids by which engines know its images: the config's digest (Docker, Podman), or in containerd's store the
    /// manifest's or index's, which is another one where a single platform was loaded.
    package var engineIdentities: Set<EngineDigest> {
        get throws {
            var digests = [index] + platforms.flatMap { [$0.manifest, $0.config] }
            for image in platforms where platforms.count > 1 {
                digests.append(Digest.of(try HybridArchive.index(over: [image])))
            }
            return Set(digests.compactMap { EngineDigest("\($0)") })
        }
    }
}

/// What Berth calls its images in engines: only these names are Berth's to take away.
enum EngineName {
    static let prefix = "localhost/berth/"

    static func isOurs(_ name: String) -> Bool { name.hasPrefix(prefix) }
}
