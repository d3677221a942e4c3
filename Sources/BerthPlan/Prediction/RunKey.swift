/// What tells one kind of run from another, for learning how long it takes.
package struct RunKey: Sendable, Hashable {
    package enum Cache: String, Sendable, Hashable, CaseIterable {
        case warm
        case cold
        /// The job uses no cache.
        case none
    }

    /// `owner/name`.
    package var repository: String
    /// The workflow file's path in the repository.
    package var workflow: String
    /// The job's id in the workflow.
    package var job: String
    /// The matrix cell in one text, its names sorted; empty where there is no matrix.
    package var cell: String
    /// The digest of the image it runs in; empty where unknown.
    package var image: String
    package var cache: Cache

    package init(
        repository: String, workflow: String, job: String, cell: String = "", image: String = "", cache: Cache = .none
    ) {
        (self.repository, self.workflow, self.job) = (repository, workflow, job)
        (self.cell, self.image, self.cache) = (cell, image, cache)
    }
}

/// How much of a key has to agree: the chain that a prediction falls back along.
///
/// The image goes first, since its digest changes with each night's build and the duration hardly does; warm or cold
/// matters more.
package enum KeyLevel: String, Sendable, Hashable, CaseIterable {
    case exact
    /// The same but for the image.
    case anyImage = "any image"
    /// The same job and cell, with a warm or a cold cache.
    case anyCache = "any cache"
    /// The same job.
    case anyCell = "any cell"
    /// Any job of the workflow.
    case anyJob = "any job"
    /// Any job of the repository.
    case anyWorkflow = "any workflow"

    /// A part of a key.
    package enum Field: String, Sendable, Hashable, CaseIterable {
        case repository
        case workflow
        case job
        case cell
        case image
        case cache
    }

    /// The parts that must agree.
    package var fields: [Field] {
        switch self {
        case .exact: [.repository, .workflow, .job, .cell, .image, .cache]
        case .anyImage: [.repository, .workflow, .job, .cell, .cache]
        case .anyCache: [.repository, .workflow, .job, .cell]
        case .anyCell: [.repository, .workflow, .job]
        case .anyJob: [.repository, .workflow]
        case .anyWorkflow: [.repository]
        }
    }

    /// Whether all its runs are of one job, so that the latest say more than those before.
    var isOneJob: Bool { fields.contains(.job) }
}

extension RunKey {
    /// A part as text, as a table would keep it.
    package subscript(field: KeyLevel.Field) -> String {
        switch field {
        case .repository: repository
        case .workflow: workflow
        case .job: job
        case .cell: cell
        case .image: image
        case .cache: cache.rawValue
        }
    }

    /// Whether another key is the same as far as a level asks.
    package func agrees(with other: RunKey, at level: KeyLevel) -> Bool {
        level.fields.allSatisfy { self[$0] == other[$0] }
    }
}
