internal import ArgumentParser
internal import BerthEngine
internal import BerthImage
internal import BerthReport
internal import BerthStore
internal import SystemPackage

struct ImageRollback: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback",
        abstract: "Lead latest back to the version before; the night leaves it there until something changes.")

    @Argument(help: "The image's name.")
    var name: String

    @Option(help: "The version to go back to, by its tag (default: the one that was latest before).")
    var to: String?

    @Flag(help: "Write that version's lock beside the recipe too.")
    var lock = false

    @Option(help: "The folder of recipes (default: $BERTH_IMAGES, else images).")
    var images: String?

    @OptionGroup var engine: EngineOptions
    @OptionGroup var common: CommonOptions

    func run() async throws {
        let folder = lock ? try RecipeArgument.folder(name, in: images) : nil
        let catalog = VersionCatalog(try common.openStore(create: false))
        let rollback = try catalog.rollBack(name, to: to, lockInto: folder)
        var facts = [PlainReport.Fact("was", rollback.from.reference), .init("latest", rollback.to.reference)]
        if let folder {
            facts.append(.init("lock", folder.appending("berth.lock").string))
        }
        facts.append(.init("engine", await engineState(rollback)))
        try common.show(
            PlainReport(
                "\(name):latest is \(rollback.to.reference) again", facts, identifiers: [rollback.to.reference]))
    }

    /// Which of the two versions the engine has, for whoever runs containers of them.
    private func engineState(_ rollback: Rollback) async -> String {
        guard let engine = try? await engine.open(), let contents = try? await engine.contents() else {
            return "none answers; berth image load \(name) puts the version into one"
        }
        let words = [rollback.to, rollback.from].map { version in
            let ids = (try? version.engineIdentities) ?? []
            guard let image = contents.images.first(where: { ids.contains($0.id) }) else {
                return "does not have \(version.reference)"
            }
            return "has \(version.reference) (\(image.names.joined(separator: ", ")))"
        }
        return words.joined(separator: ", ") + "; berth image load \(name) sets its names anew"
    }
}
