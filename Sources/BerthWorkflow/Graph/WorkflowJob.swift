package import BerthDocument
package import BerthPlan

/// One job of a run: a cell of a matrix, with what is known of it before the run.
package struct WorkflowJob: Sendable, Identifiable {
    /// `build (3.12, ubuntu)`; in a called workflow `call / build`.
    package var id: Job.ID
    /// As GitHub shows it; expressions that are not known stay as they are written.
    package var name: String
    /// The file that it stands in, its id there, and where that is.
    package var workflow: String
    package var job: String
    package var place: DocumentPlace
    /// Its cell of the matrix; one without values where there is none.
    package var cell = MatrixCell()
    /// What must have ended before, cell by cell.
    package var needs: [Job.ID] = []
    package var standing = Standing.runs
    package var runner = Runner()
    /// When it is ended by force, and where that is said; nil where nothing is said or known.
    package var timeout: PlacedDuration?
    package var container: JobContainer?
    package var services: [JobContainer] = []
    /// Actions of other repositories and images that its steps use, also through actions of this one.
    package var actions: [ActionReference] = []
    /// Limits of which it takes one: of its matrix (`max-parallel`), of its concurrency group.
    package var limits: [Resource] = []
    /// The deployment environment, whose rules may make it wait; expressions that are not known as they are written.
    package var environment: String?
    package var failFast = true
    package var continuesOnError = false
    /// The workflow of another repository that it calls; what jobs that has is not known.
    package var remoteWorkflow: String?
    /// What is not known before the run, with its place.
    package var unknowns: [DocumentFault] = []

    /// Whether it runs, in a run in which no job fails and nobody cancels.
    package enum Standing: Sendable, Hashable {
        case runs
        /// With the reason.
        case skipped(String)
        /// With what is not known; a plan counts it as running.
        case unknown(String)
    }

    /// What it runs on.
    package struct Runner: Sendable, Hashable {
        /// Nil where they are not known.
        package var labels: [String]?
        package var group: String?
    }

    /// A time with the place that says it.
    package struct PlacedDuration: Sendable, Hashable {
        package let duration: Duration
        package let place: DocumentPlace
    }

    /// A container that runs for a job.
    package struct JobContainer: Sendable, Hashable {
        package var name: String
        package var place: DocumentPlace
        /// Nil where it is not known.
        package var image: String?
        /// Bytes; nil where its options set no limit.
        package var memory: Int?
        /// Thousandths of a processor; nil where its options set no limit.
        package var processors: Int?
    }

    /// Images that the engine must have for it: of its containers, and of its steps.
    package var images: [String] {
        ([container] + services).compactMap { $0?.image }
            + actions.compactMap { action in
                if case .image(let image) = action.kind { image } else { nil }
            }
    }
}

/// The jobs of a run and what they wait for.
package struct JobGraph: Sendable {
    /// In the order of the file, cells in the order of the matrix, called workflows in their caller's place.
    package var jobs: [WorkflowJob] = []
    /// How many jobs at a time may take each limit.
    package var limits: Amounts = [:]
    /// What holds for the run as a whole and is not known, or not kept by a plan.
    package var notes: [DocumentFault] = []

    /// What all of its jobs have unknown, with the notes, by place.
    package var unknowns: [DocumentFault] {
        let faults = Faults()
        for note in notes + jobs.flatMap(\.unknowns) { faults.add(note.message, at: note.place) }
        return faults.sorted
    }

    /// Those that a plan places: all but the skipped ones.
    package var running: [WorkflowJob] {
        jobs.filter { job in
            if case .skipped = job.standing { false } else { true }
        }
    }
}
