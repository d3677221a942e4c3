/// What a command would do, a step a line with its reason; nothing of it was done.
package struct DryRunReport: Report {
    /// One thing that would change, or that would be left as it is.
    package struct Step: Encodable, Sendable, Equatable {
        /// As it follows the word "would": `set the tag 1 on host/team/python`.
        package var action: String
        package var reason: String
        /// False for what a person may have expected to change, and that would not.
        package var changes: Bool

        /// Something that would change.
        package static func change(_ action: String, because reason: String) -> Step {
            Step(action: action, reason: reason, changes: true)
        }

        /// Something that would stay as it is; `action` says what is done with it: `leave python:latest`.
        package static func stay(_ action: String, because reason: String) -> Step {
            Step(action: action, reason: reason, changes: false)
        }
    }

    package var schema = "berth.dry-run/1"
    package var isDryRun = true
    /// The command without its arguments, such as `image push`.
    package var command: String
    package var changesAnything: Bool
    package var steps: [Step]
    /// What the command would say besides.
    package var notes: [String]
    package let identifiers: [String]

    package init(_ command: String, _ steps: [Step], notes: [String] = [], identifiers: [String] = []) {
        self.command = command
        self.steps = steps
        self.notes = notes
        self.identifiers = identifiers
        changesAnything = steps.contains(where: \.changes)
    }

    private enum CodingKeys: String, CodingKey {
        case schema
        case isDryRun
        case command
        case changesAnything
        case steps
        case notes
    }

    package var text: String {
        let lines = steps.map { "would \($0.action): \($0.reason)" } + notes.map { "note: \($0)" }
        return (lines + ["nothing was changed"]).joined(separator: "\n")
    }
}
