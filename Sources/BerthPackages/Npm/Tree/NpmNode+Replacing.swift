extension NpmNode {
    /// Whether two nodes hold the same package.
    func matches(_ other: NpmNode) -> Bool {
        if self === other { return true }
        guard name == other.name, let mine = manifest, let its = other.manifest else { return false }
        if let left = mine.integrity, let right = its.integrity { return left == right }
        if let left = mine.tarball, let right = its.tarball { return left == right }
        return mine.name == its.name && mine.version == its.version
    }

    /// Whether nobody who uses the other node would mind this one in its place.
    ///
    /// Peers of the given names that lie beside it do not count: they will be replaced as well.
    func canReplace(_ other: NpmNode, ignoring peers: Set<String> = []) -> Bool {
        guard name == other.name, manifest?.name == other.manifest?.name else { return false }
        let own = NpmSets.needed(by: [other]) { $0.to !== other && $0.isValid }
        return other.edgesIn.allSatisfy { edge in
            if !other.isTop, edge.from.parent === other.parent, edge.isPeer, peers.contains(edge.from.name) {
                return true
            }
            return own.contains(edge.from) || edge.isSatisfied(by: self)
        }
    }

    /// Whether it can go, because all that use it would be content with what they find further up.
    func canDedupe(preferring: Bool = false) -> Bool {
        guard let above = parent?.parent else { return false }
        if edgesIn.isEmpty { return true }
        guard let other = above.resolve(name) else { return false }
        if other.matches(self) { return true }
        guard other.canReplace(self) else { return false }
        guard let mine = version, let its = other.version else { return preferring }
        return preferring || its >= mine
    }

    /// The deepest folder into which a name can go that this node wants: a peer must lie beside, not inside.
    func deepestTarget(for name: String) -> NpmNode {
        for target in ancestry where target.isRoot || target.isGlobalTop || target.edge(name)?.isPeer != true {
            return target
        }
        return root
    }
}
