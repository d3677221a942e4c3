internal import ArgumentParser
internal import BerthEngine
internal import BerthImage
internal import BerthReport
internal import BerthStore
internal import BerthSystem
internal import SystemPackage

struct ImageNightly: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "nightly",
        abstract: "Lock anew, build what is new, test it in a container, and only then make it latest.",
        discussion: """
            Ends with 0 when all that was new is latest now or nothing was new, 1 when something failed (latest and \
            lock are as before), 11 when another night is running, 75 when it may work later: on battery, or with \
            the network down.
            """)

    @Argument(help: "Recipes: names below the images folder, or folders (default: those that have been built).")
    var recipes: [String] = []

    @Flag(help: "All recipes of the images folder, built before or not.")
    var all = false

    @Option(help: "The folder of recipes (default: $BERTH_IMAGES, else images).")
    var images: String?

    @Flag(help: "Promote although no engine has tested it.")
    var withoutTest = false

    @Flag(help: "Only what no night has ended well for since the last due time: for timers.")
    var ifDue = false

    @Flag(help: "Run on battery too.")
    var onBattery = false

    @Flag(help: "Print what makes this machine run it each night, with the commands to install that.")
    var timer = false

    @Option(help: "The scheduler to print it for (default: the machine's own).")
    var timerFor: TimerKind?

    @OptionGroup var dry: DryRunOptions
    @OptionGroup var engine: EngineOptions
    @OptionGroup var supply: SupplyOptions
    @OptionGroup var common: CommonOptions

    enum TimerKind: String, ExpressibleByArgument, CaseIterable {
        case systemd
        case launchd
    }

    func run() async throws {
        if timer || timerFor != nil { return try common.show(try timerFiles().report) }
        let store = try common.openStore(create: !dry.isAsked)
        let configuration = try supply.configuration()
        var options = NightlyService.Options()
        options.onlyIfDue = ifDue
        options.onBattery = onBattery
        options.withoutTest = withoutTest
        options.settings = configuration.user.nightly
        options.retention = configuration.user.retention
        let service = NightlyService(
            store: store, progress: common.sink(), configuration: configuration, options: options
        ) { [engine] in try await engine.open() }
        if dry.isAsked { return try dry.show(try await service.plan(try folders(store)), common) }
        let report = try await service.run(try folders(store))
        try common.show(report)
        guard report.code != 0 else { return }
        let failed = report.images.filter { $0.failure != nil }
        throw BerthError(
            ExitStatus(rawValue: report.code) ?? .failed,
            "the night failed for \(failed.map(\.name).joined(separator: ", "))",
            done: "latest and the locks are as they were", remedy: failed.first?.failure?.remedy)
    }

    /// The recipes that were named, else those of the images folder.
    private func folders(_ store: Store) throws -> [FilePath] {
        if !recipes.isEmpty { return try recipes.map { try RecipeArgument.folder($0, in: images) } }
        let root = RecipeArgument.root(images)
        let built = Set(try VersionCatalog(store).all().map(\.name))
        let found = try Files.list(root).filter { name in
            Files.exists(root.appending(name).appending("berth.yaml")) && (all || built.contains(name))
        }
        guard found.isEmpty else { return found.map { root.appending($0) } }
        throw BerthError(
            .usage, all ? "there are no recipes" : "no recipe of the images folder has been built yet",
            place: root.string, remedy: "name a recipe, give --all, or say where recipes lie with --images")
    }
}

extension ImageNightly {
    /// The night of this very call, as the machine's scheduler is to run it.
    private func timerFiles() throws -> NightlyTimer {
        guard let program = Machine.executable else {
            throw BerthError(.failed, "this system does not say where the program lies")
        }
        let kind: NightlyTimer.Kind =
            switch timerFor {
            case .systemd: .systemd
            case .launchd: .launchd
            case nil: Machine.systemName == "macOS" ? .launchd : .systemd
            }
        return NightlyTimer(
            kind: kind, words: [program.string] + (try arguments()),
            surroundings: NightlyEnvironment(Machine.variables),
            schedule: try UserConfiguration.read().nightly.schedule, home: Machine.home)
    }

    private func arguments() throws -> [String] {
        var words = ["image", "nightly", "--if-due", "--progress", "none"]
        words += try recipes.map { try RecipeArgument.folder($0, in: images).absolute.string }
        words += ["--images", RecipeArgument.root(images).absolute.string]
        if all { words.append("--all") }
        if withoutTest { words.append("--without-test") }
        if onBattery { words.append("--on-battery") }
        if supply.offline { words.append("--offline") }
        let single = [
            ("--engine", engine.engine), ("--store", common.store), ("--python-index", supply.pythonIndex),
            ("--npm-registry", supply.npmRegistry),
            ("--debian-keyring", supply.debianKeyring.map { FilePath($0).absolute.string }),
        ]
        words += single.flatMap { name, value in value.map { [name, $0] } ?? [] }
        words += supply.debianMirror.flatMap { ["--debian-mirror", $0] }
        return words + supply.debianSecurityMirror.flatMap { ["--debian-security-mirror", $0] }
    }
}
