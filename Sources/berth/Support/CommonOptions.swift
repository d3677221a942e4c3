internal import ArgumentParser
internal import BerthReport
internal import BerthStore
internal import BerthSystem
internal import Foundation
internal import SystemPackage

/// Options that every command has.
struct CommonOptions: ParsableArguments {
    @Flag(name: .long, help: "Print the result as JSON; progress becomes JSON lines on standard error.")
    var json = false

    @Flag(name: .shortAndLong, help: "Print identifiers only, and no progress.")
    var quiet = false

    @Option(help: "The store's folder (default: $BERTH_HOME, else ~/.local/share/berth).")
    var store: String?

    @Option(help: "How progress is shown: auto, tty, plain, json or none.")
    var progress = ProgressStyle.auto

    enum ProgressStyle: String, ExpressibleByArgument, CaseIterable {
        case auto
        case tty
        case plain
        case json
        case none
    }

    /// Opens the store, making it where there is none yet.
    func openStore(create: Bool = true) throws -> Store {
        try Store.open(store.map { FilePath($0) } ?? Store.defaultRoot, create: create)
    }

    /// Shows a result in the form that was asked for.
    func show(_ report: some Report) throws {
        if json { return try Console.write(try report.json()) }
        if !quiet { return try Console.write(report.text) }
        if !report.identifiers.isEmpty { try Console.write(report.identifiers.joined(separator: "\n")) }
    }

    /// Whoever shows progress on standard error.
    func sink() -> any ProgressSink {
        switch style {
        case .tty:
            TerminalProgress(
                width: Machine.columns(.standardError) ?? 80,
                clock: { ProcessInfo.processInfo.systemUptime }, write: { Console.note($0) })
        case .json: JSONProgress { Console.note($0) }
        case .none: NoProgress()
        case .plain, .auto: PlainProgress { Console.note($0) }
        }
    }

    /// For work that mostly ends before anybody wonders: shown on a terminal, else only where a form was asked for.
    func terminalSink() -> any ProgressSink { progress == .auto && style != .tty ? NoProgress() : sink() }

    private var style: ProgressStyle {
        if quiet { return .none }
        guard progress == .auto else { return progress }
        if json { return .json }
        let isDumb = Machine.environment("TERM") == "dumb" || Machine.environment("CI") != nil
        return Machine.isTerminal(.standardError) && !isDumb ? .tty : .plain
    }
}
