internal import BerthDocument

/// Every reference must lead somewhere: a file that was cut short or merged badly is refused, as pnpm refuses it.
struct PnpmEdges {
    let document: PnpmDocument

    private static let remedy = "the file is not whole; write it anew with `pnpm install`"
    /// More of the same tell nothing new.
    private static let mostFaults = 10

    func check() {
        let snapshots = document.version == .nine ? document.snapshots : document.packages
        let keys = Set(snapshots.map(\.key))
        var missing = document.version == .nine ? unpaired() : []
        for member in snapshots {
            for kind in ["dependencies", "optionalDependencies"] { missing += unknown(member.value[kind], keys) }
        }
        for kind in PnpmImporters.kinds {
            for importer in document.importers { missing += unknown(importer.value[kind], keys) }
            if document.importers.isEmpty, document.root.has(kind) {
                missing += unknown(document.root.node(kind), keys)
            }
        }
        for fault in missing.prefix(Self.mostFaults) {
            document.root.faults.add("\(fault.message); \(Self.remedy)", at: fault.place)
        }
    }

    /// Packages without a snapshot, snapshots without a package.
    private func unpaired() -> [DocumentFault] {
        let known = Set(document.packages.map(\.key))
        let bases = document.snapshots.map { PnpmPath($0.key, .nine).base }
        let wired = Set(bases)
        return zip(document.snapshots, bases).filter { !known.contains($0.1) }
            .map { DocumentFault(place: $0.0.place, message: "\"packages\" has no \($0.1), which \"snapshots\" names") }
            + document.packages.filter { !wired.contains($0.key) }
            .map { DocumentFault(place: $0.place, message: "\"snapshots\" has no \($0.key), which \"packages\" names") }
    }

    /// References that lead nowhere.
    private func unknown(_ dependencies: DocumentNode?, _ keys: Set<String>) -> [DocumentFault] {
        (dependencies?.members ?? []).compactMap { dependency in
            guard let reference = PnpmImporters.version(dependency),
                let target = PnpmPath.target(reference, of: dependency.key, document.version), !keys.contains(target)
            else { return nil }
            return DocumentFault(
                place: dependency.place, message: "\(dependency.key) \(reference) is not among the packages")
        }
    }
}
