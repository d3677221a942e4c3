/// All image versions of a store, newest first.
package struct VersionListReport: Report {
    /// One version in a line.
    package struct Row: Encodable, Sendable {
        package var version: String
        package var digest: String
        package var tags: [String]
        package var platforms: [String]
        package var built: String
        package var size: Int64
        package init(
            version: String, digest: String, tags: [String], platforms: [String], built: Int64, size: Int64
        ) {
            self.version = version
            self.digest = digest
            self.tags = tags
            self.platforms = platforms
            self.built = TimeText.of(built)
            self.size = size
        }
    }

    package var rows: [Row]

    package init(_ rows: [Row]) { self.rows = rows }

    package var identifiers: [String] { rows.map(\.digest) }

    package var text: String {
        guard !rows.isEmpty else { return "no images yet; berth image build python makes one" }
        var table = Table([
            ("version", .left), ("digest", .left), ("platforms", .left), ("built", .left), ("size", .right),
            ("also", .left),
        ])
        for row in rows {
            table.add([
                row.version, String(row.digest.prefix(19)), row.platforms.joined(separator: ","), row.built,
                ByteText.of(row.size), row.tags.filter { $0 != row.version }.joined(separator: ", "),
            ])
        }
        return table.lines.joined(separator: "\n")
    }

    /// A list is a plain array.
    package func encode(to encoder: any Encoder) throws { try rows.encode(to: encoder) }
}
