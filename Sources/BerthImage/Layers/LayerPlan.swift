internal import BerthArchive

/// Divides an image's packages and generated files into layers: `base` first, `configuration` last.
struct LayerPlan {
    /// Names with a fixed place; all others stand between them in alphabetical order.
    static let first = "base"
    static let late = ["packages", "updates", Tool.layer, "python", "configuration"]

    let layers: [LayerContents]

    /// - Parameters:
    ///   - placed: Each fragment with the name of its layer, in the order of installation.
    ///   - generated: What Berth adds; it goes into the last layer.
    ///   - links: Links that must lie in the first layer.
    init(_ placed: [(layer: String, fragment: StoredFragment)], generated: GeneratedTree, links: [GeneratedMember]) {
        let table = FolderTable(placed.map(\.fragment.fragment), generated: generated.ordered)
        let groups = Dictionary(grouping: placed, by: \.layer)
        let names = groups.keys.sorted { Self.rank($0) < Self.rank($1) }
        var layers = names.map { name in
            let fragments = (groups[name] ?? []).map(\.fragment)
            let before = name == names.first ? links : []
            let skeleton = table.skeleton(fragments.map(\.fragment), generated: before)
            return LayerContents(name: name, skeleton: skeleton + before, fragments: fragments, generated: [])
        }
        let files = generated.ordered.filter { $0.member.kind != .directory }
        layers.append(
            LayerContents(
                name: "configuration", skeleton: table.skeleton([], generated: generated.ordered), fragments: [],
                generated: files))
        self.layers = layers
    }

    private static func rank(_ name: String) -> (Int, String) {
        if name == first { return (0, name) }
        return (late.firstIndex(of: name).map { $0 + 2 } ?? 1, name)
    }
}
