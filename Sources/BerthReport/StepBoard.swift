/// The state of all steps that were reported, from which any picture of the progress is drawn.
package struct StepBoard: Sendable, Equatable {
    /// One step: how far it is, and how it ended.
    package struct Step: Sendable, Equatable {
        package enum State: Sendable, Equatable {
            case running
            case done(note: String?)
            case failed(reason: String)
        }
        package var name: String
        package var total: Int64?
        package var unit: ProgressUnit
        package var done: Int64 = 0
        package var state = State.running
    }

    package private(set) var steps: [Step] = []

    package init() {}

    /// Takes note of an event; `said` changes nothing here.
    package mutating func note(_ event: ProgressEvent) {
        switch event {
        case .started(let name, let total, let unit):
            steps.removeAll { $0.name == name }
            steps.append(Step(name: name, total: total, unit: unit))
        case .moved(let name, let done): change(name) { $0.done = max($0.done, done) }
        case .ended(let name, let note): change(name) { $0.state = .done(note: note) }
        case .failed(let name, let reason): change(name) { $0.state = .failed(reason: reason) }
        case .said: break
        }
    }

    private mutating func change(_ name: String, _ body: (inout Step) -> Void) {
        guard let index = steps.lastIndex(where: { $0.name == name }) else { return }
        body(&steps[index])
    }
}

extension StepBoard.Step {
    /// `12.3 MB of 129 MB`, `3 of 8`, `1.5 s of 5.0 s`, or only what is done where the total is not known.
    package var amount: String {
        func text(_ value: Int64) -> String {
            switch unit {
            case .bytes: ByteText.of(value)
            case .items: "\(value)"
            case .milliseconds: DurationText.of(Double(value) / 1000)
            }
        }
        return total.map { "\(text(done)) of \(text($0))" } ?? text(done)
    }

    /// One line for people, of at most `width` columns.
    package func line(width: Int) -> String {
        let line: String =
            switch state {
            case .running: "> \(name)  \(bar(20))\(amount)"
            case .done(let note): "= \(name)\(note.map { "  \($0)" } ?? "")"
            case .failed(let reason): "x \(name)  \(reason)"
            }
        return line.shortened(to: max(10, width))
    }

    private func bar(_ width: Int) -> String {
        guard let total, total > 0 else { return "" }
        let filled = Int(min(done, total) * Int64(width) / total)
        return "[" + String(repeating: "#", count: filled) + String(repeating: ".", count: width - filled) + "] "
    }
}
