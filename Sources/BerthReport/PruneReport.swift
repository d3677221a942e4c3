/// What `berth image prune` does, or would do: every version and engine image with its fate and why, and bytes.
package struct PruneReport: Report {
    /// One image version.
    package struct Version: Encodable, Sendable {
        package var version: String
        package var digest: String
        package var built: String
        /// Compressed bytes of the image, with the layers that it shares with others.
        package var size: Int64
        package var isRemoved: Bool
        package var reasons: [String]

        package init(
            version: String, digest: String, built: Int64, size: Int64, isRemoved: Bool, reasons: [String]
        ) {
            self.version = version
            self.digest = digest
            self.built = TimeText.of(built)
            self.size = size
            self.isRemoved = isRemoved
            self.reasons = reasons
        }
    }

    /// One image in the engine that Berth loaded.
    package struct EngineImage: Encodable, Sendable {
        package var id: String
        package var names: [String]
        package var version: String
        /// Bytes by the engine's count.
        package var size: Int64
        package var isRemoved: Bool
        package var reason: String

        package init(id: String, names: [String], version: String, size: Int64, isRemoved: Bool, reason: String) {
            self.id = id
            self.names = names
            self.version = version
            self.size = size
            self.isRemoved = isRemoved
            self.reason = reason
        }
    }

    package var schema = "berth.image-prune/1"
    package var isDryRun: Bool
    package var versions: [Version] = []
    /// Where the engine is; nil when none was asked.
    package var engine: String?
    package var engineImages: [EngineImage] = []
    /// Blobs that nothing needs any more, and derived files over the budget.
    package var blobs = 0
    package var blobBytes: Int64 = 0
    package var derivedFiles = 0
    package var derivedBytes: Int64 = 0
    /// Bytes of blobs and derived files that stay.
    package var keptBytes: Int64 = 0
    package var budget: Int64?
    package var notes: [String] = []

    private enum CodingKeys: String, CodingKey {
        case schema, isDryRun, versions, engine, engineImages, blobs, blobBytes, derivedFiles, derivedBytes, keptBytes
        case budget, notes, freed
    }

    package init(isDryRun: Bool) { self.isDryRun = isDryRun }

    /// Bytes of the store that are free now.
    package var freed: Int64 { blobBytes + derivedBytes }

    /// Whether anything goes.
    package var changesAnything: Bool {
        freed > 0 || versions.contains(where: \.isRemoved) || engineImages.contains(where: \.isRemoved)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(schema, forKey: .schema)
        try container.encode(isDryRun, forKey: .isDryRun)
        try container.encode(versions, forKey: .versions)
        try container.encodeIfPresent(engine, forKey: .engine)
        try container.encode(engineImages, forKey: .engineImages)
        try container.encode(blobs, forKey: .blobs)
        try container.encode(blobBytes, forKey: .blobBytes)
        try container.encode(derivedFiles, forKey: .derivedFiles)
        try container.encode(derivedBytes, forKey: .derivedBytes)
        try container.encode(keptBytes, forKey: .keptBytes)
        try container.encodeIfPresent(budget, forKey: .budget)
        try container.encode(notes, forKey: .notes)
        try container.encode(freed, forKey: .freed)
    }

    package var identifiers: [String] { versions.filter(\.isRemoved).map(\.version) }

    package var text: String {
        var lines: [String] = []
        if !versions.isEmpty {
            var table = Table([("version", .left), ("built", .left), ("size", .right), ("", .left), ("why", .left)])
            for row in versions {
                table.add([
                    row.version, row.built, ByteText.of(row.size), row.isRemoved ? "goes" : "stays",
                    row.reasons.joined(separator: "; "),
                ])
            }
            lines += table.lines
        }
        if let engine {
            lines += ["", "in \(engine):\(engineImages.isEmpty ? " no image of these versions" : "")"]
            for row in engineImages {
                lines.append("  \(row.version)  \(row.isRemoved ? "goes" : "stays"): \(row.reason)")
            }
        }
        let verb = isDryRun ? "would free" : "freed"
        let parts = "\(blobs) blobs (\(ByteText.of(blobBytes))), \(derivedFiles) derived files"
        lines += ["", "\(verb) \(ByteText.of(freed)): \(parts); \(ByteText.of(keptBytes)) stay"]
        return (lines + notes.map { "note: \($0)" }).joined(separator: "\n")
    }
}
