import BerthPlan
import BerthReport
import Synchronization
import Testing

@testable import BerthRunner

/// What a search says of itself while it goes on.
struct SearchProgressTests {
    private final class Notebook: ProgressSink {
        let events = Mutex<[ProgressEvent]>([])
        let now = Mutex<Duration>(.zero)
        func report(_ event: ProgressEvent) { events.withLock { $0.append(event) } }
    }

    /// The events of a search that looks at the clock at these milliseconds.
    private func events(at times: [Int], budget: Duration?) -> [ProgressEvent] {
        let book = Notebook()
        let progress = SearchProgress(book, budget: budget) { book.now.withLock { $0 } }
        let asked = progress.watching { false }
        for time in times {
            book.now.withLock { $0 = .milliseconds(time) }
            #expect(!asked())
        }
        progress.end()
        return book.events.withLock { $0 }
    }

    @Test func `a short search says nothing`() {
        #expect(events(at: [0, 100, 499], budget: nil).isEmpty)
        #expect(events(at: [], budget: .seconds(1)).isEmpty)
    }

    @Test func `a long one says how much of its time is over, ten times a second at most`() {
        #expect(
            events(at: [0, 499, 500, 560, 620, 1900], budget: .seconds(2)) == [
                .started(step: "search", total: 2000, unit: .milliseconds), .moved(step: "search", done: 500),
                .moved(step: "search", done: 620), .moved(step: "search", done: 1900),
                .ended(step: "search", note: "1.9 s"),
            ])
        #expect(events(at: [700], budget: nil).first == .started(step: "search", total: nil, unit: .milliseconds))
    }

    @Test func `the search's own question is answered as before`() {
        #expect(SearchProgress(NoProgress(), budget: nil).watching { true }())
        #expect(SearchProgress(nil, budget: nil).watching { true }())
    }

    @Test func `a simulation says how many policies are played, at all loads`() async throws {
        let book = Notebook()
        var simulation = WaitSimulation([.fifo, .backfill], on: Machine(slots: 2, also: [.memory: 12 << 30]))
        simulation.progress = book
        var model = ArrivalModel(load: 1, jobs: 20)
        model.slots = 2
        _ = try await simulation.report(model, loads: [0.5, 0.7], seeds: [1])
        let events = book.events.withLock { $0 }
        #expect(events.first == .started(step: "simulate", total: 4, unit: .items))
        #expect(events.last == .ended(step: "simulate", note: nil))
        let moves = (1...4).filter { events.contains(.moved(step: "simulate", done: $0)) }
        #expect(moves == [1, 2, 3, 4] && events.count == 6)
    }

    @Test func `a list says how many of it are done`() throws {
        let book = Notebook()
        #expect(ListProgress.map([3, 4], book) { $0 * 2 } == [6, 8])
        #expect(
            book.events.withLock { $0 } == [
                .started(step: "plan", total: 2, unit: .items), .moved(step: "plan", done: 1),
                .moved(step: "plan", done: 2), .ended(step: "plan", note: nil),
            ])
    }
}
