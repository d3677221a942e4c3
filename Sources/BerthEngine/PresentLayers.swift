/// The layers that an engine already has, as chains from the bottom.
///
/// Docker's graph driver looks a layer up by its chain before it opens the layer's file, so an archive may lack
/// the files of a chain it has (moby: image/tarexport/load.go). Other stores get whole archives.
package struct PresentLayers: Sendable, Equatable {
    private let chains: Set<[EngineDigest]>

    package init(chains: some Sequence<[EngineDigest]>) { self.chains = Set(chains) }

    /// No layer may be left out.
    package static let none = PresentLayers(chains: [])

    /// How many layers from the bottom of an image the engine has, so that their blobs can be left out.
    package func leading(of diffIDs: [EngineDigest]) -> Int {
        chains.map { chain in zip(chain, diffIDs).prefix { $0 == $1 }.count }.max() ?? 0
    }
}
