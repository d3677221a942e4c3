package import BerthDocument

/// One entry of `jobs`.
package struct JobDefinition: Sendable {
    package var id: String
    package var place: DocumentPlace
    package var name: Template?
    package var needs: [Need] = []
    package var condition: Condition?
    package var strategy: StrategyDefinition?
    package var concurrency: ConcurrencyDefinition?
    package var timeout: Template?
    package var continueOnError: Template?
    package var environment: Template?
    package var work: Work

    /// A job that must have ended before.
    package struct Need: Sendable, Hashable {
        package let job: String
        package let place: DocumentPlace
    }

    /// What it does.
    package enum Work: Sendable {
        case steps(StepsDefinition)
        case call(CallDefinition)
    }
}

/// `if`: the expression, also where it stands without `${{ }}`.
package struct Condition: Sendable {
    package let template: Template
    /// As it is written, without the braces around the whole.
    package let text: String

    /// Whether `success()` is implied.
    package var asksStatus: Bool { template.expressions.contains { $0.asksStatus } }
}

/// A job of steps on a runner.
package struct StepsDefinition: Sendable {
    package var runsOn: Template
    package var container: ContainerDefinition?
    package var services: [ContainerDefinition] = []
    package var steps: [StepDefinition] = []
}

/// A job that calls another workflow.
package struct CallDefinition: Sendable {
    package var workflow: String
    package var place: DocumentPlace
    package var inputs: [(name: String, place: DocumentPlace, value: Template)] = []
    package var secrets: Secrets = .named([])

    package enum Secrets: Sendable {
        case inherited
        case named([(name: String, place: DocumentPlace)])
    }
}

/// `container`, or one of `services`.
package struct ContainerDefinition: Sendable {
    /// The service's name; `container` for the job's own.
    package var name: String
    package var place: DocumentPlace
    package var image: Template
    /// Arguments for the engine: `--memory 2g`.
    package var options: Template?
}

/// One step.
package struct StepDefinition: Sendable {
    package var id: String?
    package var place: DocumentPlace
    /// The action; nil for commands.
    package var action: ActionReference?
}

/// `strategy`.
package struct StrategyDefinition: Sendable {
    package var place: DocumentPlace
    package var failFast: Template?
    package var maxParallel: Template?
    package var matrix: MatrixDefinition?
}

/// `strategy.matrix`.
package struct MatrixDefinition: Sendable {
    package var place: DocumentPlace
    /// A matrix that an expression makes; the others are empty then.
    package var whole: Template?
    package var axes: [(name: String, place: DocumentPlace, values: Template)] = []
    package var include: Template?
    package var exclude: Template?
}
