package import BerthDocument

/// A workflow file as it is written, with the place of each thing.
package struct Workflow: Sendable {
    /// From the repository's folder on: `.github/workflows/ci.yml`.
    package var file: String
    /// What GitHub shows; nil where it shows the file.
    package var name: String?
    package var triggers: [Trigger] = []
    /// Nil where no other workflow may call it.
    package var call: CallInterface?
    /// Inputs of `workflow_dispatch`.
    package var inputs: [InputDefinition] = []
    /// Of runs of the whole workflow.
    package var concurrency: ConcurrencyDefinition?
    /// In the order of the file.
    package var jobs: [JobDefinition] = []

    package init(file: String) { self.file = file }

    /// `ci.yml`.
    package var fileName: String { file.split(separator: "/").last.map(String.init) ?? file }
}

/// An event that starts a run.
package struct Trigger: Sendable, Hashable {
    package let event: String
    package let place: DocumentPlace
}

/// What a workflow that is called takes: `on.workflow_call`.
package struct CallInterface: Sendable {
    package var place: DocumentPlace
    package var inputs: [InputDefinition] = []
    package var secrets: [SecretDefinition] = []
}

/// A secret that a called workflow takes.
package struct SecretDefinition: Sendable, Hashable {
    package let name: String
    package let required: Bool
}

/// An input of a called or of a manually started workflow.
package struct InputDefinition: Sendable {
    package enum Kind: String, Sendable, CaseIterable {
        case string
        case number
        case boolean
        case choice
        case environment
    }

    package let name: String
    package let place: DocumentPlace
    package var kind = Kind.string
    package var required = false
    package var standard: Template?

    /// The value where neither the caller nor the definition gives one.
    package var empty: ExpressionValue {
        switch kind {
        case .boolean: .boolean(false)
        case .number: .number(0)
        case .string, .choice, .environment: .string("")
        }
    }
}

/// `concurrency`: at most one job, or run, of a group at a time.
package struct ConcurrencyDefinition: Sendable {
    package var group: Template
    package var place: DocumentPlace
}
