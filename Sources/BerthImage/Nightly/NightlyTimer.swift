package import BerthReport
internal import BerthSystem
package import SystemPackage

/// Files that let the machine run the night: a systemd user timer, or a launchd agent.
package struct NightlyTimer: Sendable {
    package enum Kind: String, Sendable, CaseIterable {
        case systemd
        case launchd
    }

    package let kind: Kind
    /// The program and its arguments.
    package let words: [String]
    /// Variables that the machine's own scheduler would not give it.
    package let surroundings: NightlyEnvironment
    package let schedule: NightlySchedule
    package let home: FilePath

    package init(
        kind: Kind, words: [String], surroundings: NightlyEnvironment, schedule: NightlySchedule, home: FilePath
    ) {
        self.kind = kind
        self.words = words
        self.surroundings = surroundings
        self.schedule = schedule
        self.home = home
    }

    private var environment: [String: String] { surroundings.variables }

    private var notes: [String] {
        guard !surroundings.withheld.isEmpty else { return [] }
        let place =
            kind == .systemd ? "systemctl --user edit berth-nightly.service" : "EnvironmentVariables in the file"
        return [
            "\(surroundings.withheld.joined(separator: ", ").escaped) may hold a password and is not written here; "
                + "put it into npm's or pip's own file, or set it by hand (\(place))"
        ]
    }

    /// The files to write, and the two commands that begin it.
    package var report: TimerReport {
        switch kind {
        case .systemd:
            let folder = home.pushing(".config/systemd/user")
            return TimerReport(
                files: [
                    .init(path: folder.appending("berth-nightly.service").string, text: service),
                    .init(path: folder.appending("berth-nightly.timer").string, text: timer),
                ],
                commands: ["systemctl --user daemon-reload", "systemctl --user enable --now berth-nightly.timer"],
                notes: notes)
        case .launchd:
            let path = home.pushing("Library/LaunchAgents/berth.nightly.plist").string
            return TimerReport(
                files: [.init(path: path, text: agent)],
                commands: ["plutil -lint '\(path)'", "launchctl bootstrap gui/$(id -u) '\(path)'"],
                notes: notes)
        }
    }

    /// Waiting on battery (75) and another night (11) are no failures of the unit.
    private var service: String {
        """
        [Unit]
        Description=Refresh container images (berth image nightly)

        [Service]
        Type=oneshot
        \(environment.sorted { $0.key < $1.key }.map { "Environment=\(Self.quoted("\($0)=\($1)"))\n" }.joined())\
        ExecStart=\(words.map { Self.quoted($0.replacing("$", with: "$$")) }.joined(separator: " "))
        SuccessExitStatus=11 75
        Nice=10

        """
    }

    /// `Persistent` runs a missed night once after waking (systemd.timer(5)).
    private var timer: String {
        let hours = schedule.hours.map { Self.two($0) }.joined(separator: ",")
        return """
            [Unit]
            Description=Refresh container images each night

            [Timer]
            OnCalendar=*-*-* \(hours):\(Self.two(schedule.minute)):00
            Persistent=true

            [Install]
            WantedBy=timers.target

            """
    }

    /// Missed times are run once on wake (launchd.plist(5), StartCalendarInterval).
    private var agent: String {
        let times = schedule.hours.map {
            "\t\t<dict><key>Hour</key><integer>\($0)</integer><key>Minute</key><integer>\(schedule.minute)</integer></dict>"
        }
        let variables = environment.sorted { $0.key < $1.key }.map {
            "\t\t<key>\(Self.markup($0))</key><string>\(Self.markup($1))</string>"
        }
        let log = Self.markup(home.pushing("Library/Logs/berth-nightly.log").string)
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
            <plist version="1.0">
            <dict>
            \t<key>Label</key><string>berth.nightly</string>
            \t<key>ProgramArguments</key>
            \t<array>
            \(words.map { "\t\t<string>\(Self.markup($0))</string>" }.joined(separator: "\n"))
            \t</array>
            \t<key>EnvironmentVariables</key>
            \t<dict>
            \(variables.joined(separator: "\n"))
            \t</dict>
            \t<key>StartCalendarInterval</key>
            \t<array>
            \(times.joined(separator: "\n"))
            \t</array>
            \t<key>ProcessType</key><string>Background</string>
            \t<key>StandardOutPath</key><string>\(log)</string>
            \t<key>StandardErrorPath</key><string>\(log)</string>
            </dict>
            </plist>

            """
    }

    private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

    /// One word of a unit file (systemd.syntax(7)); `%` begins a specifier.
    private static func quoted(_ word: String) -> String {
        let text = word.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("%", with: "%%")
        return "\"\(text)\""
    }

    private static func markup(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }
}
