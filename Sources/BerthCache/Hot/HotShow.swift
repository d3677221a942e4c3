internal import BerthSystem
internal import SystemPackage

/// Shows the trees of a hot entry at their places, without looking at each file: by a snapshot or a mount.
struct HotShow: Sendable {
    let hot: HotEntry
    let strategy: RestoreOptions.Strategy

    /// Where the trees land; throws `WayRefused` where that cannot be shown so.
    func landings(_ places: [FilePath]) throws -> [any Landing] {
        let chooser = LandingChooser()
        return try places.enumerated().map { tree, place in
            guard let beside = try chooser.landing(place) as? StagedTree else {
                throw WayRefused(reason: "\(strategy.rawValue): the place is a mounted file system")
            }
            guard try hot.folder.facts(HotEntry.name(tree))?.kind == .folder else {
                throw WayRefused(reason: "\(strategy.rawValue): the entry has a single file, and no folder")
            }
            return strategy == .overlay ? OverlayLanding(beside, hot, tree: tree) : beside
        }
    }

    /// Makes the snapshots, or what the mounts need.
    func fill(_ landings: [any Landing]) throws {
        for (tree, landing) in landings.enumerated() {
            let root = try hot.folder.folder(HotEntry.name(tree))
            if let overlay = landing as? OverlayLanding {
                try overlay.prepare(root.facts())
                continue
            }
            do { try landing.parent.makeSnapshot(landing.stage, of: root) } catch let error as BerthError {
                throw WayRefused(reason: "snapshot: \(error.sharingReason)")
            }
        }
    }
}

extension BerthError {
    /// Why files cannot be shared, for people.
    var sharingReason: String {
        switch errno {
        case Errno.improperLink.rawValue: "the store and the place lie on different file systems"
        case Errno.inappropriateIOCTLForDevice.rawValue, Errno.notSupported.rawValue, Errno.invalidArgument.rawValue:
            "the file system has none"
        default: what
        }
    }
}
