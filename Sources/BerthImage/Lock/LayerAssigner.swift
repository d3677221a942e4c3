internal import BerthArchive
internal import BerthPackages

/// Decides which layer each Debian package goes into: the base system, the biggest sources one by one, the rest.
///
/// A package that the lock before placed stays where it was, so that a new lock moves no bytes between layers. What was
/// last updated through the security or updates suite will be so again: it goes into a layer of its own, late.
struct LayerAssigner {
    /// Layers that every image may have beside those of big sources: base, packages, updates, python, configuration.
    private static let reserved = 5
    private static let smallestOwnLayer: Int64 = 16 << 20

    private let before: [String: String]
    private let own: Set<String>
    private let base: Set<String>

    init(_ packages: [DebianPackage], layers: Int, before: LockedPlatform?) {
        self.before = Dictionary((before?.debian ?? []).map { ($0.name, $0.layer) }) { first, _ in first }
        base = Set(packages.filter { $0.isEssential || $0.priority == .required }.map(\.sourceName))
        var sizes: [String: Int64] = [:]
        for package in packages where !base.contains(package.sourceName) && self.before[package.name] == nil {
            sizes[package.sourceName, default: 0] += package.installedSize.value
        }
        let big = sizes.filter { $0.value >= Self.smallestOwnLayer }
            .sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        let taken = Set(self.before.values).subtracting(LayerPlan.late).subtracting([LayerPlan.first])
        let free = max(0, layers - Self.reserved - taken.count)
        own = taken.union(big.map(\.key).filter { !taken.contains($0) }.prefix(free))
    }

    func layer(of package: DebianPackage) -> String {
        if let known = before[package.name] { return known }
        if base.contains(package.sourceName) { return LayerPlan.first }
        if own.contains(package.sourceName) { return package.sourceName }
        return package.origin.suite.contains("-") ? "updates" : "packages"
    }
}
