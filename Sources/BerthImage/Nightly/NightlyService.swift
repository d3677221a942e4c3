internal import BerthArchive
package import BerthEngine
internal import BerthRegistry
package import BerthReport
package import BerthStore
package import BerthSystem
package import Foundation
package import SystemPackage

/// What `berth image nightly` does: one night at a time, recipe by recipe, then retention and the notification.
package struct NightlyService: Sendable {
    /// How a night is to go.
    package struct Options: Sendable {
        /// Only images that no night has ended well for since the last due time.
        package var onlyIfDue = false
        package var onBattery = false
        /// A version is promoted although no container has tested it.
        package var withoutTest = false
        package var settings = NightlySettings()
        /// Nil: nothing is pruned after the night.
        package var retention: RetentionPolicy?
        package var power: @Sendable () async -> Power = { await Power.now() }
        package var now: @Sendable () -> Date = { Date() }
        package init() {}
    }

    let store: Store
    let progress: any ProgressSink
    let configuration: SupplyConfiguration
    let options: Options
    /// Opens the engine for the first image that needs it.
    let openEngine: @Sendable () async throws -> any Engine

    package init(
        store: Store, progress: any ProgressSink, configuration: SupplyConfiguration, options: Options,
        engine: @Sendable @escaping () async throws -> any Engine
    ) {
        self.store = store
        self.progress = progress
        self.configuration = configuration
        self.options = options
        openEngine = engine
    }

    /// Runs the night for the recipes in these folders; what fails for one does not end the others.
    ///
    /// Throws `.locked` where another night is running, `.temporary` on battery.
    package func run(_ folders: [FilePath]) async throws -> NightlyReport {
        let hold = try store.nights.begin()
        defer { withExtendedLifetime(hold) {} }
        let start = ContinuousClock.now
        let began = Int64(options.now().timeIntervalSince1970)
        let done = try options.onlyIfDue ? doneSinceDue() : []
        var images: [NightlyReport.Image] = []
        let waiting = folders.filter { !done.contains(Self.name(of: $0)) }
        if !waiting.isEmpty { try await checkPower() }
        for folder in folders {
            images.append(
                waiting.contains(folder) ? await NightlyImage(service: self, folder: folder).run() : .notDue(folder))
        }
        var report = NightlyReport(
            began: began, ended: Int64(options.now().timeIntervalSince1970), seconds: start.elapsed,
            code: Self.code(images), images: images)
        guard !waiting.isEmpty else { return report }
        if report.code == 0 { report.notes += await prune() }
        await keepAndTell(&report, began: began)
        return report
    }

    /// The recipe's name; of a recipe that can't be read, its folder's.
    static func name(of folder: FilePath) -> String {
        (try? RecipeReader.read(folder).name) ?? folder.absolute.lastComponent?.string ?? ""
    }

    func doneSinceDue() throws -> Set<String> {
        let now = options.now()
        return try NightRecord.done(since: options.settings.schedule.lastDue(now), by: now, in: store)
    }

    private func checkPower() async throws {
        guard !options.onBattery else { return }
        let power = await options.power()
        guard power != .mains else { return }
        throw Self.waits(power)
    }

    private static func waits(_ power: Power) -> BerthError {
        BerthError(
            .temporary, "the machine runs \(power): the night waits", done: "nothing was changed",
            remedy: "plug it in and run the same command again, or give --on-battery")
    }

    /// Why a night would wait now; nil where it would not.
    func reasonToWait() async -> String? {
        guard !options.onBattery else { return nil }
        let power = await options.power()
        return power == .mains ? nil : Self.waits(power).what
    }

    /// What failed decides: one kind of failure has its own code, several have 1.
    private static func code(_ images: [NightlyReport.Image]) -> Int32 {
        let codes = Set(images.compactMap { $0.failure?.code })
        return codes.count > 1 ? ExitStatus.failed.rawValue : codes.first ?? ExitStatus.ok.rawValue
    }

    private func prune() async -> [String] {
        guard let retention = options.retention else { return [] }
        let engine: any Engine
        do { engine = try await openEngine() } catch {
            return [
                "retention waits: no engine says which versions its containers use "
                    + "(\(NightlyReport.Failure(error).what)); berth image prune does not wait for one"
            ]
        }
        do {
            let pruner = Pruner(store: store, engine: engine, policy: retention)
            let report = try await pruner.run(isDryRun: false, now: Int64(options.now().timeIntervalSince1970))
            let gone = report.versions.count(where: \.isRemoved)
            let result = ["retention: \(gone) versions went, \(ByteText.of(report.freed)) are free"]
            return (gone > 0 || report.freed > 0 ? result : []) + report.notes.map { "retention: \($0)" }
        } catch { return ["retention failed: \(NightlyReport.Failure(error).what)"] }
    }

    /// The report is in the store before anybody is told, so that a hanging program can't make the night run again.
    private func keepAndTell(_ report: inout NightlyReport, began: Int64) async {
        let name = store.nights.name(at: began)
        keep(&report, name)
        guard !options.settings.notify.isEmpty else { return }
        guard let summary = try? report.json() else { return }
        guard let trouble = await NightlyNotifier(words: options.settings.notify).send(summary) else { return }
        report.notes.append(trouble)
        keep(&report, name)
    }

    private func keep(_ report: inout NightlyReport, _ name: String) {
        do { try store.nights.write(Array(try report.json().utf8), name: name) } catch {
            report.notes.append("the night's report was not kept: \(NightlyReport.Failure(error).what)")
        }
    }
}

extension NightlyReport.Image {
    fileprivate static func notDue(_ folder: FilePath) -> Self {
        var image = NightlyReport.Image(name: NightlyService.name(of: folder))
        image.outcome = .notDue
        return image
    }
}

extension NightlyReport.Failure {
    /// An error as the report tells it.
    init(_ error: any Error) {
        let known = (error as? MissingFiles)?.explained ?? error as? BerthError ?? BerthError(.failed, "\(error)")
        self.init(
            code: known.status.rawValue, what: known.what, place: known.place, done: known.done,
            cause: known.causeText, remedy: known.remedy)
    }
}
