internal import ArgumentParser
internal import BerthCache
internal import BerthReport
internal import BerthServer
internal import BerthStore
internal import BerthSystem

struct ServeToken: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "Make a token for one job, and print it.",
        discussion: "The store keeps only its hash. Give it to the job as BERTH_TOKEN, and revoke it when the job ends."
    )

    @Option(help: "The repository, as owner/name.")
    var repository: String

    @Option(help: "The job's reference, in full, such as refs/heads/main or refs/pull/7/merge.")
    var ref: String

    @Option(help: "The branch that a pull request goes to: the job may read its entries.")
    var base: String?

    @Option(help: "The branch that every job may read from.")
    var defaultBranch = "main"

    @Flag(help: "The job may restore and not save: for what strangers can set off.")
    var readOnly = false

    @Option(name: .customLong("ttl"), help: "How long it lives: seconds, or 90m, 6h, 2d.")
    var lifetime = "6h"

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let grant = try JobGrant(
            scope: Scope(repository: repository, reference: ref), base: base.flatMap { $0.isEmpty ? nil : $0 },
            defaultBranch: defaultBranch, mode: readOnly ? .readOnly : .readWrite)
        let (token, known) = try TokenFolder(try common.openStore()).make(grant, lifetime: try Self.seconds(lifetime))
        try common.show(TokenView(token, known))
    }

    private static func seconds(_ text: String) throws -> Int64 {
        let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
        let unit = text.last.flatMap { units[$0] }
        guard let count = Int64(unit == nil ? text[...] : text.dropLast()), (1...1 << 32).contains(count) else {
            throw ValidationError("--ttl is a time such as 6h")
        }
        return count * (unit ?? 1)
    }
}

struct ServeTokens: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tokens", abstract: "Show the tokens that have not expired, without the tokens themselves.")

    @OptionGroup var common: CommonOptions

    func run() async throws {
        try common.show(TokenListView(try TokenFolder(try common.openStore(create: false)).list()))
    }
}

struct ServeRevoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke", abstract: "Make a token worthless at once.")

    @Argument(help: "Its id, as `berth serve tokens` shows it.")
    var id: String

    @OptionGroup var common: CommonOptions

    func run() async throws {
        guard try TokenFolder(try common.openStore(create: false)).revoke(id) else {
            throw BerthError(.failed, "there is no such token", remedy: "berth serve tokens lists them")
        }
        try common.show(PlainReport("revoked", []))
    }
}
