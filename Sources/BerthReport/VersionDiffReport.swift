/// What one image version has over another: packages added, removed and changed, and bytes of each layer.
package struct VersionDiffReport: Report {
    /// One layer by name, with its compressed size on both sides in bytes.
    package struct Layer: Encodable, Sendable {
        package var platform: String
        package var name: String
        package var before: Int64?
        package var after: Int64?
        package var isSame: Bool
        package init(platform: String, name: String, before: Int64?, after: Int64?, isSame: Bool) {
            self.platform = platform
            self.name = name
            self.before = before
            self.after = after
            self.isSame = isSame
        }
    }

    package var schema = "berth.image-diff/1"
    package var before: String
    package var after: String
    package var packages: [LockReport.Change]
    package var layers: [Layer]
    /// Bytes that whoever has the first version must fetch for the second.
    package var transfer: Int64 { layers.filter { !$0.isSame }.reduce(0) { $0 + ($1.after ?? 0) } }

    private enum CodingKeys: String, CodingKey {
        case schema
        case before
        case after
        case packages
        case layers
    }

    package init(before: String, after: String, packages: [LockReport.Change], layers: [Layer]) {
        self.before = before
        self.after = after
        self.packages = packages
        self.layers = layers
    }

    package var identifiers: [String] { packages.map(\.package) }

    package var text: String {
        var lines = ["\(before) -> \(after)", ""]
        if packages.isEmpty {
            lines.append("packages: the same")
        } else {
            var table = Table([
                ("", .left), ("package", .left), ("before", .left), ("after", .left), ("platform", .left),
            ])
            for change in packages {
                let sign = change.before == nil ? "+" : change.after == nil ? "-" : "~"
                table.add([sign, change.package, change.before ?? "", change.after ?? "", change.platform])
            }
            lines += table.lines
        }
        var table = Table([
            ("layer", .left), ("before", .right), ("after", .right), ("change", .right), ("platform", .left),
        ])
        for layer in layers {
            let change = layer.isSame ? "same" : ByteText.change((layer.after ?? 0) - (layer.before ?? 0))
            table.add([
                layer.name, layer.before.map(ByteText.of) ?? "-", layer.after.map(ByteText.of) ?? "-", change,
                layer.platform,
            ])
        }
        return (lines + [""] + table.lines + ["", "to transfer: \(ByteText.of(transfer))"]).joined(separator: "\n")
    }
}
