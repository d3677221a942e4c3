internal import BerthSystem

/// The upper folders of trees, walked until enough lies below them for several threads.
struct WalkFront: Sendable {
    enum Step: Sendable {
        case part(WalkPart)
        case find(WalkPart.Find)
        /// Members of a tree that was noted, as they were then; `device`: that of the tree.
        case known(RecordedTree, Range<Int>, device: UInt64)

        /// How many members it has, once it is walked.
        var count: Int {
            switch self {
            case .part(let part): part.states.count
            case .find: 0
            case .known(_, let members, _): members.count
            }
        }
    }

    /// In the manifest's order.
    private var steps: [Step]
    /// So many folders are enough to keep threads busy, unless one of them holds most of a tree.
    private static let enough = 256
    /// Beyond so many folders a level is not walked to its end: each is kept until its thread comes.
    private static let most = 4096
    private static let mostLevels = 8

    /// `steps`: to begin with, in the manifest's order.
    init(_ steps: [Step]) throws {
        self.steps = steps
        for _ in 0..<Self.mostLevels where (1..<Self.enough).contains(open.count) { try deepen() }
    }

    /// The steps that are folders still to be walked.
    private var open: [Int] {
        steps.indices.filter { if case .find = steps[$0] { true } else { false } }
    }

    /// Walks one level more.
    private mutating func deepen() throws {
        var (next, added): ([Step], Int) = ([], 0)
        for step in steps {
            guard case .find(let find) = step, added < Self.most else {
                next.append(step)
                continue
            }
            let inside = try Self.enter(find)
            added += inside.count
            next += inside
        }
        steps = next
    }

    /// A folder and the files in it, and the folders in it as finds.
    private static func enter(_ find: WalkPart.Find) throws -> [Step] {
        var (steps, part): ([Step], WalkPart) = ([], WalkPart())
        guard let inside = try part.add(find) else { return part.states.isEmpty ? [] : [.part(part)] }
        for name in inside.names {
            guard let child = try inside.look(name) else { continue }
            guard child.facts.kind == .folder else {
                _ = try part.add(child)
                continue
            }
            if !part.states.isEmpty { steps.append(.part(part)) }
            steps.append(.find(child))
            part = WalkPart()
        }
        return part.states.isEmpty ? steps : steps + [.part(part)]
    }

    /// Walks what is left, by several threads; no step is a find any more.
    consuming func walked() async throws -> [Step] {
        let (steps, open) = (steps, open)
        let shares = try await WorkQueue.share(open.count) { queue in
            var walked: [(step: Int, part: WalkPart)] = []
            try queue.drain { number in
                guard case .find(let find) = steps[open[number]] else { return }
                var part = WalkPart()
                try part.addTree(find)
                walked.append((open[number], part))
            }
            return walked
        }
        var done = steps
        for walked in shares.joined() { done[walked.step] = .part(walked.part) }
        return done
    }
}
