/// What a walk leaves out, at one place of the tree.
struct Exclusion: Sendable {
    private let glob: Glob
    private let state: Glob.State

    /// At the tree's root; nil where nothing is left out.
    init?(_ glob: Glob) { self.init(glob, glob.start) }

    private init?(_ glob: Glob, _ state: Glob.State) {
        guard !glob.isEmpty, glob.mayHold(state) else { return nil }
        (self.glob, self.state) = (glob, state)
    }

    /// One name deeper; nil where nothing from there on is left out.
    func below(_ name: String) -> Exclusion? { Exclusion(glob, glob.step(state, name)) }

    /// Whether this place and all below it are left out.
    var leavesOut: Bool { glob.isChosen(state) }
}
