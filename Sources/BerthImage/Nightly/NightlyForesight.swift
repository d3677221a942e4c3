internal import BerthArchive
internal import BerthReport
internal import BerthStore
internal import BerthSystem
internal import SystemPackage

/// What a night would do for one image, told by today's package indexes; no package is fetched, nothing is written.
struct NightlyForesight {
    let service: NightlyService
    let folder: FilePath
    /// Takes the indexes, and is thrown away afterwards.
    let scratch: Store

    private typealias Step = DryRunReport.Step
    private var catalog: VersionCatalog { VersionCatalog(service.store) }

    func steps() async throws -> [DryRunReport.Step] {
        let recipe = try RecipeReader.read(folder)
        if case .dockerfile = recipe.builder { return [Self.dockerfile(recipe)] }
        let session = try scratch.beginIngest(purpose: "foresee \(recipe.name)")
        defer { session.release() }
        let versions = try catalog.all().filter { $0.name == recipe.name }
        let (latest, memory) = try catalog.latest(of: recipe.name, among: versions)
        let search = NightlySearch(
            service: service, folder: folder, recipe: recipe, session: session, versions: versions, latest: latest,
            memory: memory)
        let before = try? LockFile.read(folder.appending("berth.lock"))
        let old = try latest.map { try catalog.lock(of: $0) }
        let lock = try await lock(recipe, before ?? old, versions, session)
        return try steps(search, Locks(beside: before, latest: old, today: lock))
    }

    private struct Locks {
        let beside: Lock?
        let latest: Lock?
        let today: Lock
    }

    /// Today's lock, with what earlier locks say of the files that they had.
    private func lock(
        _ recipe: Recipe, _ before: Lock?, _ versions: [Version], _ session: IngestSession
    ) async throws -> Lock {
        let supply = PackageSupply(
            service.configuration, beside: folder, store: scratch, session: session, progress: service.progress)
        let known = [before].compactMap(\.self) + versions.compactMap { try? catalog.lock(of: $0) }
        return try await Locker(
            recipe: recipe, before: before, supply: supply, fileSource: ForeseenFiles(known, store: service.store),
            progress: service.progress
        ).lock()
    }

    /// As `NightlySearch.candidate` decides.
    private func steps(_ search: NightlySearch, _ locks: Locks) throws -> [Step] {
        let (recipe, maker) = (search.recipe, search.maker)
        let known = try maker.known(locks.today, among: search.versions)
        let substance = try locks.today.substance(maker.platforms)
        if let latest = search.latest, search.isPromoted(latest, known), catalog.isWholeNow(latest) {
            let stays = Step.stay("leave \(recipe.name)", because: "\(latest.reference) was made of today's packages")
            let isBeside = try locks.beside?.substance(maker.platforms) == substance
            return [stays] + (isBeside ? [] : [lockStep("it is not the lock of \(latest.reference)")])
        }
        if search.memory.rolledBack.contains(substance) {
            let why = "a person rolled back what today's packages make"
            return [.stay("leave \(search.latest?.reference ?? recipe.name)", because: why)]
        }
        let changes = NightlySearch.changes(locks.latest, locks.today.restricted(to: maker.platforms))
        let built = known.last(where: catalog.isWholeNow)
        return Self.packages(changes, isFirst: search.latest == nil, recipe) + [
            Self.build(recipe, maker.platforms, built, changes.count, isFirst: search.latest == nil),
            promotion(recipe), lockStep("it follows the version that is latest"),
        ]
    }

    private func lockStep(_ reason: String) -> Step {
        .change("write \(folder.appending("berth.lock"))", because: reason)
    }

    private func promotion(_ recipe: Recipe) -> Step {
        service.options.withoutTest
            ? .change("make it \(recipe.name):latest untested", because: "--without-test was given")
            : .change(
                "test it in a container, and make it \(recipe.name):latest if it passes",
                because: "the recipe names \(recipe.tests.count) test\(recipe.tests.count == 1 ? "" : "s")")
    }

    /// A line for each package; for a first version, whose packages are all new, one for all.
    private static func packages(_ changes: [NightlyReport.Change], isFirst: Bool, _ recipe: Recipe) -> [Step] {
        guard !isFirst else {
            return [.change("lock \(changes.count) packages", because: "\(recipe.name) has no latest version yet")]
        }
        return changes.map { change in
            let place = change.security ? "Debian's security suite" : "its source"
            guard let after = change.after else {
                return .change(
                    "drop \(change.package) \(change.before ?? "") for \(change.platform)",
                    because: "nothing asks for it any more")
            }
            let old = change.before.map { " in place of \($0)" } ?? ""
            let reason = change.before == nil ? "something asks for it now" : "\(place) has it today"
            return .change("take \(change.package) \(after)\(old) for \(change.platform)", because: reason)
        }
    }

    private static func build(
        _ recipe: Recipe, _ platforms: [Platform], _ built: Version?, _ changes: Int, isFirst: Bool
    ) -> Step {
        if let built {
            return .change(
                "take \(built.reference)",
                because: "an earlier night built it of the same packages, and it is not latest")
        }
        let reason =
            isFirst
            ? "there is no version yet"
            : changes == 0
                ? "recipe, rules of building or the latest version's state changed, though no package did"
                : "\(changes) package\(changes == 1 ? " changes" : "s change")"
        return .change(
            "build \(recipe.name) for \(platforms.map(\.description).joined(separator: ", "))", because: reason)
    }

    private static func dockerfile(_ recipe: Recipe) -> Step {
        .change(
            "have the engine build \(recipe.name) from its Dockerfile",
            because: "only the build shows whether its base image and RUN steps give something new")
    }
}
