internal import BerthArchive
internal import BerthSystem

/// The trees to save, and what is known of them from the last time.
struct SeenTrees: Sendable {
    /// When somebody began to look at them.
    let moment: FileTime
    let trees: [FoundTree]
    /// By tree; nil where nothing is known.
    private let checked: [CheckedTree?]

    /// Trees of which nothing is known.
    init(_ trees: [FoundTree]) {
        moment = .now
        self.trees = trees
        checked = trees.map { _ in nil }
    }

    /// `record`: of a tree; it is asked for one after the other.
    init(_ trees: [FoundTree], record: @Sendable @escaping (Int) -> TreeRecord?) async throws {
        moment = .now
        self.trees = trees
        var checked: [CheckedTree?] = []
        for (number, tree) in trees.enumerated() {
            guard let record = try await offload({ record(number) }) else {
                checked.append(nil)
                continue
            }
            // A damaged record is no reason to fail a save.
            checked.append(try? await CheckedTree(record, at: tree.root))
        }
        self.checked = checked
    }

    /// The entry that holds the trees just as they are; nil where that is not known.
    var origin: TreeRecord.Origin? {
        let first = checked.first??.record.head.origin
        let holds = checked.enumerated().allSatisfy { number, tree in
            guard let tree, tree.isUnchanged, let origin = tree.record.head.origin, let first else { return false }
            return origin == first.tree(number, of: checked.count)
        }
        return holds ? first : nil
    }

    /// Manifests of the entries that held the trees when they were noted, as far as that is known.
    var manifests: Set<Digest> { Set(checked.compactMap { $0?.record.head.origin?.manifest }) }

    /// What a walk of the trees begins with.
    func steps() async throws -> [WalkFront.Step] {
        var steps: [WalkFront.Step] = []
        for (tree, checked) in zip(trees, checked) {
            guard let checked,
                let known = try? await RecordedTree(sharing: checked.record)
            else {
                steps.append(.find(tree.root))
                continue
            }
            steps += try await offload { try RecordedWalk.steps(checked, known, at: tree.root) }
        }
        return steps
    }
}
