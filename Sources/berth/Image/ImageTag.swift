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

    @OptionGroup var dry: DryRunOptions
    @OptionGroup var common: CommonOptions

    func run() async throws {
        let catalog = VersionCatalog(try common.openStore(create: false))
        let version = try catalog.resolve(version)
        let full = "\(version.name):\(alias)"
        if dry.isAsked { return try dry.show(try plan(catalog, version), common) }
        guard remove else {
            try catalog.tag(version, alias)
            return try common.show(
                PlainReport(
                    "\(full) is \(version.reference)", [.init("digest", "\(version.index)")], identifiers: [full])
            )
        }
        guard try catalog.untag(version.name, alias) else { throw noName(full) }
        try common.show(PlainReport("\(full) is no name any more", []))
    }

    private func plan(_ catalog: VersionCatalog, _ version: Version) throws -> DryRunReport {
        guard remove else { return DryRunReport("image tag", [try catalog.tagPlan(version, alias)]) }
        guard let step = try catalog.untagPlan(version, alias) else { throw noName("\(version.name):\(alias)") }
        return DryRunReport("image tag", [step])
    }

    private func noName(_ full: String) -> BerthError {
        BerthError(.usage, "there is no name \(full)", remedy: "berth image list shows all names")
    }
}
