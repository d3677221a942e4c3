import BerthArchive
import BerthEngine
import BerthPackages
import BerthReport
import BerthStore
import BerthSystem
import BerthTestSupport
import Foundation
import Synchronization
import SystemPackage
import Testing

@testable import BerthImage

/// A yard whose nights a test runs one after another, each on its own day.
final class NightYard: Sendable {
    let yard: Yard
    let store: Store
    let engine = EngineDouble()
    /// Days since the first night; the first one lies two weeks back.
    private let today = Mutex(0)
    private let begin = Date(timeIntervalSince1970: Double(Machine.now - 14 * 86_400))

    static let recipe = Yard.recipe + "test: [{run: anchor}, {run: lamp}]\n"

    init(_ archive: SmallArchive, _ mirror: Mirror, recipe: String = NightYard.recipe) throws {
        yard = try Yard(archive, mirror, recipe: recipe)
        store = try Store.open(yard.store)
    }

    var catalog: VersionCatalog { VersionCatalog(store) }
    var lockPath: FilePath { yard.recipe.appending("berth.lock") }
    var date: Date { begin.addingTimeInterval(Double(today.withLock { $0 }) * 86_400) }

    /// The calendar tag of a day.
    func tag(_ day: Int) -> String {
        CalendarTag.next(after: [String](), on: begin.addingTimeInterval(Double(day) * 86_400))
    }

    /// The version that a name leads to, without the image's name.
    func target(_ alias: String = "latest") throws -> String { try catalog.resolve("ship:\(alias)").tag }

    func configuration(mirror address: String? = nil) -> SupplyConfiguration {
        let address = address ?? yard.mirror.address
        var configuration = SupplyConfiguration()
        configuration.debian = .init(main: ["\(address)/debian"], security: ["\(address)/debian-security"])
        configuration.keyring = yard.archive.keyring
        return configuration
    }

    /// Runs the night of a day.
    func night(
        _ day: Int, mirror address: String? = nil, hasEngine: Bool = true,
        _ change: (inout NightlyService.Options) -> Void = { _ in }
    ) async throws -> NightlyReport {
        today.withLock { $0 = day }
        return try await service(mirror: address, hasEngine: hasEngine, change: change).run([yard.recipe])
    }

    /// What runs the nights.
    func service(
        mirror address: String? = nil, hasEngine: Bool = true, change: (inout NightlyService.Options) -> Void = { _ in }
    ) -> NightlyService {
        var options = NightlyService.Options()
        options.power = { .mains }
        options.now = { self.date }
        change(&options)
        return NightlyService(
            store: store, progress: NoProgress(), configuration: configuration(mirror: address), options: options
        ) { [engine] in
            guard hasEngine else { throw BerthError(.failed, "no container engine was found") }
            return engine
        }
    }

    /// Runs the night of a day as a timer does.
    func due(_ day: Int) async throws -> NightlyReport { try await night(day) { $0.onlyIfDue = true } }

    /// Runs the night of a day, in which one image's outcome is expected; gives that image's part of the report.
    func expect(
        _ outcome: NightlyReport.Outcome, _ day: Int, latest: Int?, mirror address: String? = nil,
        hasEngine: Bool = true, at place: SourceLocation = #_sourceLocation
    ) async throws -> NightlyReport.Image {
        let lock = try? Files.read(lockPath)
        let report = try await night(day, mirror: address, hasEngine: hasEngine)
        let image = try #require(report.images.first)
        #expect(image.outcome == outcome, "\(report.text)", sourceLocation: place)
        #expect((report.code == 0) == (outcome != .failed), sourceLocation: place)
        if outcome != .promoted { #expect((try? Files.read(lockPath)) == lock, sourceLocation: place) }
        if let latest { #expect(try target() == tag(latest), "\(report.text)", sourceLocation: place) }
        return image
    }
}

/// Runs a test with a yard of its own.
func withNights(_ body: (NightYard, SmallArchive) async throws -> Void) async throws {
    try await withArchive { archive, mirror in try await body(try NightYard(archive, mirror), archive) }
}

/// The packages of an archive with some put in place of those of the same name.
func packages(_ changed: RawDeb...) -> [RawDeb] {
    SmallArchive.packages.map { old in changed.first { $0.name == old.name } ?? old }
}
