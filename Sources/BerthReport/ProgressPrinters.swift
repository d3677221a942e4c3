internal import Foundation
internal import Synchronization

/// Live lines on a terminal: running steps are redrawn in place, ended ones stay above them.
package final class TerminalProgress: ProgressSink {
    private struct State {
        var board = StepBoard()
        var drawn = 0
        var last: Double = 0
    }
    private let state = Mutex(State())
    private let width: Int
    private let write: @Sendable (String) -> Void
    private let clock: @Sendable () -> Double

    /// - Parameters:
    ///   - width: Columns of the terminal.
    ///   - clock: Seconds from any start; redraws are at least a tenth of one apart.
    ///   - write: Takes text with control sequences.
    package init(width: Int, clock: @Sendable @escaping () -> Double, write: @Sendable @escaping (String) -> Void) {
        self.width = width
        self.clock = clock
        self.write = write
    }

    package func report(_ event: ProgressEvent) {
        state.withLock { state in
            state.board.note(event)
            let now = clock()
            if case .moved = event, now - state.last < 0.1 { return }
            state.last = now
            var text = state.drawn > 0 ? "\u{1B}[\(state.drawn)A\u{1B}[J" : ""
            if case .said(let line) = event { text += line + "\n" }
            if let ended = Self.ended(event, state.board) { text += ended.line(width: width) + "\n" }
            let running = state.board.steps.filter { $0.state == .running }
            text += running.map { $0.line(width: width - 1) + "\n" }.joined()
            state.drawn = running.count
            write(text)
        }
    }

    private static func ended(_ event: ProgressEvent, _ board: StepBoard) -> StepBoard.Step? {
        switch event {
        case .ended(let name, _), .failed(let name, _): board.steps.last { $0.name == name }
        default: nil
        }
    }
}

/// One line when a step begins or ends, and another at each tenth of it, for logs.
package final class PlainProgress: ProgressSink {
    private struct State {
        var board = StepBoard()
        var tenths: [String: Int64] = [:]
    }
    private let state = Mutex(State())
    private let write: @Sendable (String) -> Void

    package init(write: @Sendable @escaping (String) -> Void) { self.write = write }

    package func report(_ event: ProgressEvent) {
        state.withLock { state in
            state.board.note(event)
            switch event {
            case .said(let line): write(line + "\n")
            case .started(let name, _, _): write("> \(name)\n")
            case .ended(let name, _), .failed(let name, _):
                state.board.steps.last { $0.name == name }.map { write($0.line(width: 400) + "\n") }
            case .moved(let name, let done):
                guard let step = state.board.steps.last(where: { $0.name == name }), let total = step.total, total > 0
                else { return }
                let tenth = done * 10 / total
                guard tenth > state.tenths[name, default: 0], tenth < 10 else { return }
                state.tenths[name] = tenth
                write("> \(name)  \(step.amount)\n")
            }
        }
    }
}

/// One JSON object a line, for programs: `{"type":"progress", …}`.
package final class JSONProgress: ProgressSink {
    private struct Line: Encodable {
        var type = "progress"
        var event: String
        var step: String?
        var total: Int64?
        var unit: ProgressUnit?
        var done: Int64?
        var note: String?
    }
    private let lock = Mutex(0)
    private let write: @Sendable (String) -> Void

    package init(write: @Sendable @escaping (String) -> Void) { self.write = write }

    package func report(_ event: ProgressEvent) {
        let line: Line =
            switch event {
            case .started(let step, let total, let unit): Line(event: "started", step: step, total: total, unit: unit)
            case .moved(let step, let done): Line(event: "moved", step: step, done: done)
            case .ended(let step, let note): Line(event: "ended", step: step, note: note)
            case .failed(let step, let reason): Line(event: "failed", step: step, note: reason)
            case .said(let text): Line(event: "said", note: text)
            }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let bytes = try? encoder.encode(line) else { return }
        lock.withLock { _ in write(String(decoding: bytes, as: UTF8.self) + "\n") }
    }
}
