/// One image version, as `berth image build` and `berth image show` tell it.
package struct ImageReport: Report {
    /// One layer: what lies in it, and its sizes in bytes.
    package struct Layer: Encodable, Sendable {
        package var name: String
        package var digest: String
        package var diffID: String
        package var size: Int64
        package var unpacked: Int64
        package init(name: String, digest: String, diffID: String, size: Int64, unpacked: Int64) {
            self.name = name
            self.digest = digest
            self.diffID = diffID
            self.size = size
            self.unpacked = unpacked
        }
    }

    /// The image for one platform.
    package struct Platform: Encodable, Sendable {
        package var platform: String
        package var manifest: String
        package var config: String
        package var packages: Int
        package var layers: [Layer]
        package var size: Int64 { layers.reduce(0) { $0 + $1.size } }
        package var unpacked: Int64 { layers.reduce(0) { $0 + $1.unpacked } }
        package init(platform: String, manifest: String, config: String, packages: Int, layers: [Layer]) {
            self.platform = platform
            self.manifest = manifest
            self.config = config
            self.packages = packages
            self.layers = layers
        }
    }

    /// A document about the image: its media type and digest, the digest it speaks of, and a signature's key.
    package struct Attachment: Encodable, Sendable {
        package var artifactType: String
        package var manifest: String
        package var digest: String
        package var size: Int64
        package var subject: String
        package var key: String?
        package init(
            artifactType: String, manifest: String, digest: String, size: Int64, subject: String, key: String?
        ) {
            self.artifactType = artifactType
            self.manifest = manifest
            self.digest = digest
            self.size = size
            self.subject = subject
            self.key = key
        }
    }

    package var schema = "berth.image/1"
    package var version: String
    package var digest: String
    package var tags: [String]
    package var built: String
    package var created: String
    package var compressor: String
    package var platforms: [Platform]
    /// What is kept beside the image; nil for a version that came without.
    package var attachments: [Attachment]?
    /// Whether a build found nothing to do.
    package var unchanged: Bool?
    /// Wall-clock seconds of the build.
    package var seconds: Double?

    package init(
        version: String, digest: String, tags: [String], built: Int64, created: Int64, compressor: String,
        platforms: [Platform]
    ) {
        self.version = version
        self.digest = digest
        self.tags = tags
        self.built = TimeText.of(built)
        self.created = TimeText.of(created)
        self.compressor = compressor
        self.platforms = platforms
    }

    package var identifiers: [String] { [digest] }

    package var text: String {
        var lines = [
            "\(version)\(unchanged == true ? "  (nothing changed, no new version)" : "")", "  digest   \(digest)",
        ]
        if tags.count > 1 { lines.append("  tags     \(tags.joined(separator: ", "))") }
        lines += ["  built    \(built)\(seconds.map { " in \(Self.duration($0))" } ?? "")", "  files to \(created)"]
        lines.append("  attached \(attachmentText)")
        for platform in platforms { lines += [""] + Self.lines(platform) }
        return lines.joined(separator: "\n")
    }

    private var attachmentText: String {
        guard let attachments, !attachments.isEmpty else { return "nothing: no bill of materials, not signed" }
        let keys = attachments.compactMap(\.key).map { $0.prefix(12) }.joined(separator: ", ")
        let count = ByteText.of(attachments.reduce(0) { $0 + $1.size })
        return "\(attachments.count) documents, \(count); "
            + (keys.isEmpty ? "not signed" : "signed by key \(keys)")
    }

    private static func lines(_ platform: Platform) -> [String] {
        var table = Table([("layer", .left), ("digest", .left), ("size", .right), ("unpacked", .right)])
        for layer in platform.layers {
            table.add([
                layer.name, String(layer.digest.prefix(19)), ByteText.of(layer.size), ByteText.of(layer.unpacked),
            ])
        }
        table.add(["total", "", ByteText.of(platform.size), ByteText.of(platform.unpacked)])
        let count = "\(platform.packages) packages, \(platform.layers.count) layers"
        return ["\(platform.platform): \(count)", "  manifest \(platform.manifest)"] + table.lines.map { "  " + $0 }
    }

    private static func duration(_ seconds: Double) -> String {
        let tenths = Int64((seconds * 10).rounded())
        return "\(tenths / 10).\(tenths % 10) s"
    }
}
