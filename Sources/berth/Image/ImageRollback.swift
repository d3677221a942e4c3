internal import ArgumentParser
internal import BerthEngine
internal import BerthImage
internal import BerthReport
internal import BerthStore
internal import BerthSystem
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

    @OptionGroup var dry: DryRunOptions
    @OptionGroup var engine: EngineOptions
    @OptionGroup var common: CommonOptions

    func run() async throws {
        let folder = lock ? try RecipeArgument.folder(name, in: images) : nil
        let store = try common.openStore(create: false)
        let catalog = VersionCatalog(store)
        if dry.isAsked { return try dry.show(try await plan(store, folder), common) }
        let rollback = try catalog.rollBack(name, to: to, lockInto: folder)
        var facts = [PlainReport.Fact("was", rollback.from.reference), .init("latest", rollback.to.reference)]
        if let folder {
            facts.append(.init("lock", folder.appending("berth.lock").string))
        }
        facts.append(.init("engine", await engineState(rollback.to, store)))
        try common.show(
            PlainReport(
                "\(name):latest is \(rollback.to.reference) again", facts, identifiers: [rollback.to.reference]))
    }

    private func plan(_ store: Store, _ folder: FilePath?) async throws -> DryRunReport {
        let (rollback, steps) = try VersionCatalog(store).rollBackPlan(name, to: to, lockInto: folder)
        let engineStep = await engineStep(rollback, store)
        return DryRunReport("image rollback", steps + [engineStep], identifiers: [rollback.to.reference])
    }

    private func engineStep(_ rollback: Rollback, _ store: Store) async -> DryRunReport.Step {
        let latest = "\(name):latest"
        do {
            let engine = try await engine.open()
            let place = engine.address.location
            let names = EngineNames(store: store, progress: common.sink())
            return switch try await names.outlook(rollback.to, in: engine) {
            case .set:
                .change("load \(rollback.to.reference) into \(place)", because: "its \(latest) is another version")
            case .right: .stay("leave \(place)", because: "its \(latest) is \(rollback.to.reference) already")
            case .absent: .stay("leave \(place)", because: "it has no \(latest)")
            }
        } catch {
            let why = (error as? BerthError)?.what ?? "\(error)"
            return .stay("leave the engine", because: "none can be asked (\(why))")
        }
    }

    /// Leads the engine's `latest` back too, for whoever runs containers of it.
    private func engineState(_ version: Version, _ store: Store) async -> String {
        let name = "\(version.name):latest"
        do {
            let engine = try await engine.open()
            return switch try await EngineNames(store: store, progress: common.sink()).follow(version, in: engine) {
            case .set: "its \(name) is \(version.reference) now"
            case .right: "its \(name) was \(version.reference) already"
            case .absent: "it has no \(name); berth image load \(version.name) puts it there"
            }
        } catch {
            let why = (error as? BerthError)?.what ?? "\(error)"
            return "its \(name) may be another version (\(why)); berth image load \(version.name) sets it"
        }
    }
}
