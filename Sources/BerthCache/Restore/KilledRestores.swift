package import SystemPackage

/// What restores left that were killed.
package enum KilledRestores {
    /// Clears up at places that are about to be restored to: where the lookup misses, nobody else does, and a job would
    /// install into half of a tree.
    ///
    /// Blocks. What cannot be cleared up stays, and the restore says why.
    package static func clearUp(_ places: [FilePath]) {
        let chooser = LandingChooser()
        for place in places { try? chooser.clearUp(place) }
    }
}
