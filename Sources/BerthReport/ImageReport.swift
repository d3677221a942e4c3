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

    package var schema = "berth.image/1"
    package var version: String
    package var digest: String
    package var tags: [String]
    package var built: String
    package var created: String
    package var compressor: String
    package var platforms: [Platform]
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
        for platform in platforms { lines += [""] + Self.lines(platform) }
        return lines.joined(separator: "\n")
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
