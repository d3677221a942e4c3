internal import BerthStore
internal import BerthSystem

/// What is known of the files of the trees that a save walks, and where that is kept.
struct UnchangedTrees: Sendable {
    private let keeper: PlaceRecords
    /// By tree; nil where no record can be trusted.
    private let places: [TreePlace?]
    /// By tree; nil where nothing is known.
    let records: [FileRecord?]

    init(_ store: Store, _ walk: TreeWalk) {
        let keeper = PlaceRecords(store)
        let places = walk.roots.map { TreePlace($0.name, in: $0.folder) }
        (self.keeper, self.places) = (keeper, places)
        records = places.map { $0.flatMap { keeper.read($0) } }
    }

    /// Keeps what the save found out; where it read nothing, all is noted already.
    ///
    /// `moment`: when the walk began.
    func note(_ saved: TreeSaver.Saved, _ walk: TreeWalk, at moment: FileTime) {
        guard saved.read > 0 else { return }
        for (place, record) in zip(places, saved.records(walk, at: moment)) {
            // Somebody may have replaced the tree meanwhile; then its inodes are others, and nothing is believed.
            if let place { keeper.write(record, of: place) }
        }
    }
}
