internal import BerthSystem
internal import SystemPackage

/// Hands a night's summary to the program that the user named; its failure is no failure of the night.
struct NightlyNotifier {
    /// Program and arguments; no shell reads them.
    let words: [String]
    var limit: Duration = .seconds(60)

    /// Why it did not work; nil when it did.
    ///
    /// Arguments may hold a token, so they are not repeated.
    func send(_ summary: String) async -> String? {
        guard let name = words.first else { return nil }
        do {
            let program = try Programs.require(name, remedy: "correct nightly.notify in your berth.yaml")
            var command = Command(program, Array(words.dropFirst()))
            command.limit = limit
            command.outputLimit = 1 << 20
            let outcome = try await command.run(input: Array((summary + "\n").utf8))
            return outcome.succeeded ? nil : "the notification by \(name) failed with exit code \(outcome.code)"
        } catch {
            return "the notification by \(name) failed: \((error as? BerthError)?.what ?? "it could not be run")"
        }
    }
}
