/// Files for the machine's own scheduler, and the commands that begin it.
package struct TimerReport: Report {
    /// One file to write.
    package struct File: Encodable, Sendable {
        package var path: String
        package var text: String
        package init(path: String, text: String) {
            self.path = path
            self.text = text
        }
    }

    package var schema = "berth.timer/1"
    package var files: [File]
    package var commands: [String]
    /// What the files leave to whoever installs them.
    package var notes: [String]

    package init(files: [File], commands: [String], notes: [String] = []) {
        self.files = files
        self.commands = commands
        self.notes = notes
    }

    package var identifiers: [String] { files.map(\.path) }

    package var text: String {
        let parts = files.map { "# write this to \($0.path)\n\($0.text)" }
        let rest = notes.map { "# note: \($0)" } + ["# then run"] + commands
        return (parts + [rest.joined(separator: "\n")]).joined(separator: "\n")
    }
}
