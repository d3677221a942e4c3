internal import ArgumentParser
internal import BerthImage
internal import BerthReport
internal import BerthSystem

struct ImageTag: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tag", abstract: "Give a version a further name; a version with one is never pruned.")

    @Argument(help: "The version: python, python:latest, python:2026.11.23 or a digest.")
    var version: String

    @Argument(help: "The name to give or take, such as release.")
    var alias: String

    @Flag(help: "Take the name away.")
    var remove = false

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let catalog = VersionCatalog(try common.openStore(create: false))
        let version = try catalog.resolve(version)
        let full = "\(version.name):\(alias)"
        guard remove else {
            try catalog.tag(version, alias)
            return try common.show(
                PlainReport(
                    "\(full) is \(version.reference)", [.init("digest", "\(version.index)")], identifiers: [full])
            )
        }
        guard try catalog.untag(version.name, alias) else {
            throw BerthError(.usage, "there is no name \(full)", remedy: "berth image list shows all names")
        }
        try common.show(PlainReport("\(full) is no name any more", []))
    }
}
