internal import Synchronization

/// What a person should know, collected while work goes on.
final class NoteList: Sendable {
    private let notes = Mutex<[String]>([])

    var all: [String] { notes.withLock { $0 } }

    func note(_ text: String) { notes.withLock { $0.append(text) } }
}
