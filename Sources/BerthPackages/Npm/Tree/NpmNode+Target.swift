internal import BerthLockfiles
internal import BerthSystem

extension NpmNode {
    /// All nodes that something can't do without, and the folders that they lie in.
    var needed: NpmNodeSet {
        var set = NpmNodeSet([self])
        set.grow { node in node.edgesOut.filter { !$0.isOptional }.compactMap(\.to) }
        set.grow { node in [node.parent].compactMap(\.self) }
        return set
    }

    /// Takes out what is optional and not for this target; throws for what is needed and not for it.
    ///
    /// `libcs` are the C libraries of packages that don't say so themselves. The result are warnings: needed packages that want another Node.
    func prune(for target: NpmTarget, libcs: [String: [String]] = [:]) throws -> [String] {
        let needed = needed
        var warnings: [String] = []
        for node in subtree {
            guard let manifest = node.manifest, node.root === self else { continue }
            var platform = manifest.platform
            if platform.libcs.isEmpty { platform.libcs = libcs[manifest.label] ?? [] }
            let runs = manifest.admits(target.node)
            if needed.contains(node) {
                guard target.admits(platform) else { throw Self.foreign(manifest, target) }
                if !runs { warnings.append("\(manifest.label) wants Node \(manifest.node ?? "")".escaped) }
            } else if !runs || !target.admits(platform) {
                for member in NpmSets.optional(around: node).nodes { member.remove() }
            }
        }
        return warnings.sorted()
    }

    private static func foreign(_ manifest: NpmManifest, _ target: NpmTarget) -> BerthError {
        let platform = manifest.platform
        let wanted = [platform.systems, platform.processors, platform.libcs].filter { !$0.isEmpty }
            .map { $0.joined(separator: ", ") }.joined(separator: "; ")
        return BerthError(
            .failed, "the npm package \(manifest.label) is not for this platform, but for: \(wanted)".escaped,
            place: "\(target)", done: "nothing was changed", remedy: "choose another package or version")
    }
}
