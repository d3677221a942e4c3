import BerthArchive
import BerthRegistry
import BerthTestSupport
import Foundation

/// A small image on a registry, put there as another builder would write it.
struct ForeignImage {
    /// The bytes and media type of a document or blob.
    struct Part {
        let type: String
        let bytes: [UInt8]
        var digest: Digest { Digest.of(bytes) }
        var object: [String: Any] { ["mediaType": type, "digest": "\(digest)", "size": bytes.count] }
    }

    var isDocker = false
    /// Digests that the configuration names in place of the layers' own.
    var wrongDiffIDs: [Digest]?
    var text = "hello"
    var architectures = ["arm64", "amd64"]

    private var prefix: String { isDocker ? "application/vnd.docker." : "application/vnd.oci.image." }

    static func json(_ object: [String: Any]) -> [UInt8] {
        (try? JSONSerialization.data(withJSONObject: object, options: [.sortedKeys])).map(Array.init) ?? []
    }

    /// A tar of one file, and the same as a gzip member.
    private func layer(_ name: ArchivePath, _ text: String) throws -> (diffID: Digest, part: Part) {
        var tar = TarWriter(ByteBuffer())
        try tar.begin(TreeMember(name, .file(size: Int64(text.utf8.count)), mode: 0o644))
        try tar.append(Array(text.utf8))
        try tar.finish()
        let plain = tar.release().bytes
        let type = prefix + (isDocker ? "image.rootfs.diff.tar.gzip" : "layer.v1.tar+gzip")
        let bytes = try Compression.gzip(level: 1).makeCompressor().compress(plain)
        return (Digest.of(plain), Part(type: type, bytes: bytes))
    }

    /// Puts all of it into a repository; the result is the index.
    func put(_ double: RegistryDouble, _ repository: String, tags: [String]) throws -> Part {
        var entries: [[String: Any]] = []
        for architecture in architectures {
            let layers = [try layer("shared", text), try layer("own", architecture)]
            let config = Part(
                type: prefix + (isDocker ? "container.image.v1+json" : "config.v1+json"),
                bytes: Self.json([
                    "architecture": architecture, "os": "linux", "created": "2026-11-23T00:00:00Z",
                    "rootfs": [
                        "type": "layers", "diff_ids": (wrongDiffIDs ?? layers.map(\.diffID)).map(\.description),
                    ],
                ]))
            for part in layers.map(\.part) + [config] { double.put(blob: part.bytes, in: repository) }
            let manifest = Part(
                type: prefix + (isDocker ? "distribution.manifest.v2+json" : "manifest.v1+json"),
                bytes: Self.json([
                    "schemaVersion": 2, "config": config.object, "layers": layers.map(\.part.object),
                    "mediaType": prefix + (isDocker ? "distribution.manifest.v2+json" : "manifest.v1+json"),
                ]))
            double.put(manifest.bytes, type: manifest.type, as: [], in: repository)
            entries.append(
                manifest.object.merging(["platform": ["architecture": architecture, "os": "linux"]]) { $1 })
        }
        let type = prefix + (isDocker ? "distribution.manifest.list.v2+json" : "index.v1+json")
        let index = Part(
            type: type, bytes: Self.json(["schemaVersion": 2, "mediaType": type, "manifests": entries]))
        double.put(index.bytes, type: type, as: tags, in: repository)
        return index
    }

    /// Puts a manifest that refers to another, with a blob of its own.
    static func attach(
        _ text: String, to subject: Part, _ double: RegistryDouble, _ repository: String, configuration: String = "{}"
    ) -> Part {
        let note = Part(type: "text/plain", bytes: Array(text.utf8))
        let config = Part(type: "application/vnd.oci.empty.v1+json", bytes: Array(configuration.utf8))
        for part in [note, config] { double.put(blob: part.bytes, in: repository) }
        let type = "application/vnd.oci.image.manifest.v1+json"
        let manifest = Part(
            type: type,
            bytes: json([
                "schemaVersion": 2, "mediaType": type, "artifactType": "text/x-note", "config": config.object,
                "layers": [note.object], "subject": subject.object,
            ]))
        double.put(manifest.bytes, type: type, as: [], in: repository)
        return manifest
    }
}
