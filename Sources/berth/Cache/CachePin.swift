internal import ArgumentParser
internal import BerthCache
internal import BerthReport
internal import BerthSystem

struct CachePin: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pin",
        abstract: "Keep the entries of a key, or of all keys that begin so, whatever the limits say.")

    @Argument(help: "The key; a star at the end stands for anything. Without one the pins are shown.")
    var key: String?

    @OptionGroup var holder: PinOptions
    @OptionGroup var common: CommonOptions

    func run() async throws {
        let pins = try common.openStore().entryPins
        guard let key else { return try common.show(PinListView(try pins.list())) }
        let isNew = try pins.add(try holder.pin(key))
        try common.show(PlainReport(isNew ? "pinned \(key.escaped)" : "it was pinned already", [], identifiers: [key]))
    }
}

struct CacheUnpin: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unpin", abstract: "Take a pin back: what it held may be evicted again.")

    @Argument(help: "The key as it was pinned.")
    var key: String

    @OptionGroup var holder: PinOptions
    @OptionGroup var common: CommonOptions

    func run() async throws {
        guard try common.openStore(create: false).entryPins.remove(try holder.pin(key)) else {
            throw BerthError(
                .missed, "there is no such pin: \(key.escaped)",
                remedy: "berth cache pin shows all of them; pins of policy.yaml go by editing it")
        }
        try common.show(PlainReport("unpinned \(key.escaped)", [], identifiers: [key]))
    }
}

/// Whose keys a pin holds.
struct PinOptions: ParsableArguments {
    @Option(help: "Only this repository's entries, as owner/name (default: every repository's).")
    var repository: String?

    func pin(_ key: String) throws -> KeyPin {
        _ = try CacheKey(key)
        let scope = try repository.map { try Scope(repository: $0, reference: "refs/heads/main") }
        return KeyPin(repository: scope?.repository, pattern: key)
    }
}

/// What `berth cache pin` shows without a key.
private struct PinListView: Report {
    private let pins: [KeyPin]

    init(_ pins: [KeyPin]) { self.pins = pins }

    func encode(to encoder: any Encoder) throws { try pins.encode(to: encoder) }

    var identifiers: [String] { pins.map(\.pattern) }

    var text: String {
        guard !pins.isEmpty else { return "nothing is pinned by command" }
        return pins.map { "\($0.pattern.escaped)\($0.repository.map { "  (\($0.escaped))" } ?? "")" }
            .joined(separator: "\n")
    }
}
