import BerthArchive
import BerthPackages
import BerthReport
import BerthStore
import BerthSystem
import BerthTestSupport
import Foundation
import Testing

@testable import BerthImage

/// The lock as a file: written the same each time, and never trusted after a hand has been at it.
struct LockFileTests {
    private static let lock = Lock(
        recipe: Digest.of("recipe"), epoch: 1_700_000_000,
        suites: [.init(name: "harbour", version: "1.0", date: 1_700_000_000)],
        platforms: [
            LockedPlatform(
                platform: Platform(.amd64), python: "3.13.5",
                debian: [
                    LockedPackage(
                        name: "anchor", version: "1:1.0-1", architecture: "amd64", source: "anchor", suite: "harbour",
                        archive: .main, path: "pool/main/a/anchor/anchor_1.0-1_amd64.deb", size: ByteCount(100),
                        sha256: Digest.of("anchor"), date: 1_600_000_000, layer: "packages"),
                    LockedPackage(
                        name: "rope", version: "2", architecture: "all", source: "rope", suite: "harbour-security",
                        archive: .security, path: "pool/rope.deb", size: ByteCount(200), sha256: Digest.of("rope"),
                        date: 1_700_000_000, layer: "updates"),
                ],
                wheels: [
                    LockedWheel(
                        name: "sail", version: "1.0", fileName: "sail-1.0-py3-none-any.whl", size: ByteCount(5),
                        sha256: Digest.of("sail"), date: 1_500_000_000, requested: true)
                ])
        ])

    @Test func `a lock comes back as it was, and the same bytes again`() throws {
        let bytes = try LockFile.render(Self.lock)
        let read = try LockFile.parse(bytes, place: "berth.lock")
        #expect(read == Self.lock)
        #expect(try LockFile.render(read) == bytes)
        #expect(String(decoding: bytes, as: UTF8.self).split(separator: "\n").count { $0.contains("sha256\":") } == 3)
    }

    @Test func `a lock holds no address`() throws {
        #expect(!String(decoding: try LockFile.render(Self.lock), as: UTF8.self).contains("://"))
    }

    @Test(
        arguments: [
            ("\"format\": 1", "\"format\": 2"), ("\"format\": 1", "\"format\": \"1\""), ("\"format\": 1,", ""),
            ("pool/rope.deb", "../rope.deb"), ("pool/rope.deb", "/etc/rope.deb"), ("pool/rope.deb", "pool//rope.deb"),
            ("pool/rope.deb", "pool/rope.tar"), ("pool/rope.deb", "pool/a\\u0000.deb"), ("\"rope\"", "\"anchor\""),
            (Digest.of("rope").hex, "123"), (Digest.of("rope").hex, "../../x"), ("\"size\":200", "\"size\":-1"),
            ("\"size\":200", "\"size\":1e99"), ("\"size\":200", "\"size\":null"), ("1700000000", "-5"),
            ("1700000000", "99999999999999999999"), ("linux/amd64", "linux/sparc"), ("linux/amd64", ""),
            ("sail-1.0-py3-none-any.whl", "../sail.whl"), ("sail-1.0-py3-none-any.whl", "sail.tar.gz"),
            ("\"security\"", "\"secret\""), ("\"requested\":true", "\"requested\":1"), ("\"wheels\"", "\"weels\""),
            ("{", ""), ("}", "]"), ("\"layer\":\"updates\"", "\"layer\":\"../x\""),
            ("\"layer\":\"updates\"", "\"layer\":\"\""),
            ("\"layer\":\"updates\"", "\"layer\":\"configuration\""), ("\"layer\":\"updates\"", "\"layer\":\"python\""),
            ("\"rope\"", "\"ro/pe\""), ("\"version\":\"2\"", "\"version\":\"2\\n3\""), ("\"3.13.5\"", "\"three\""),
        ])
    func `a lock changed by hand is refused with the way out`(old: String, new: String) throws {
        let text = String(decoding: try LockFile.render(Self.lock), as: UTF8.self)
        let changed = text.replacing(old, with: new)
        #expect(changed != text)
        let error = #expect(throws: BerthError.self) { try LockFile.parse(Array(changed.utf8), place: "berth.lock") }
        #expect(error?.status == .usage)
        #expect(error?.remedy?.contains("berth image lock") == true)
    }

    @Test func `a lock cut short anywhere is refused, and never more`() throws {
        let bytes = try LockFile.render(Self.lock)
        for length in stride(from: 0, to: bytes.count - 3, by: 37) {
            let error = #expect(throws: BerthError.self) {
                try LockFile.parse(Array(bytes.prefix(length)), place: "berth.lock")
            }
            #expect(error?.status == .usage)
        }
    }

    @Test func `a lock without platforms is refused`() throws {
        var lock = Self.lock
        lock.platforms = []
        let bytes = try LockFile.render(lock)
        #expect(throws: BerthError.self) { try LockFile.parse(bytes, place: "berth.lock") }
    }

    @Test func `changes are told package by package`() throws {
        var after = Self.lock
        after.platforms[0].debian.removeLast()
        after.platforms[0].wheels[0] = LockedWheel(
            name: "sail", version: "2.0", fileName: "sail-2.0-py3-none-any.whl", size: ByteCount(5),
            sha256: Digest.of("sail 2"), date: 0, requested: true)
        let changes = LockChanges.between(Self.lock, after).map {
            "\($0.package) \($0.before ?? "-") \($0.after ?? "-")"
        }
        #expect(changes == ["rope 2 -", "sail (PyPI) 1.0 2.0"])
        #expect(LockChanges.between(Self.lock, Self.lock).isEmpty)
    }

    /// The lock for a second platform too, whose one package is of that version and date.
    private static func wide(_ version: String, _ date: Int64) -> Lock {
        var lock = lock
        let package = LockedPackage(
            name: "anchor", version: version, architecture: "arm64", source: "anchor", suite: "harbour-security",
            archive: .security, path: "pool/anchor_\(version)_arm64.deb", size: ByteCount(100),
            sha256: Digest.of(version), date: date, layer: "packages")
        lock.platforms.append(
            LockedPlatform(platform: Platform(.arm64), python: nil, debian: [package], wheels: []))
        lock.epoch = max(lock.epoch, date)
        return lock
    }

    @Test func `what happens to another platform's packages is no news to an image`() throws {
        let (before, after) = (Self.wide("1.0", 1_600_000_000), Self.wide("1.1", 1_800_000_000))
        let (own, other) = ([Platform(.amd64)], [Platform(.arm64)])
        #expect(before.epoch != after.epoch)
        #expect(try before.substance(own) == after.substance(own) && Self.lock.substance(own) == after.substance(own))
        #expect(try before.substance(other) != after.substance(other))
        #expect(try before.substance(own + other) != after.substance(own + other))
        #expect(after.restricted(to: own) == Self.lock && after.restricted(to: own).epoch == 1_700_000_000)
        #expect(after.restricted(to: other).epoch == 1_800_000_000)
        #expect(LockChanges.between(before, after.restricted(to: own)).isEmpty)
        #expect(LockChanges.between(before, after.restricted(to: other)).map(\.after) == ["1.1"])
        let store = try Store.open(try TemporaryFolder("lock").path)
        let session = try store.beginIngest(purpose: "a test")
        defer { session.release() }
        func inputs(_ lock: Lock, _ platforms: [Platform]) throws -> Digest {
            var options = ImageService.BuildOptions()
            options.platforms = platforms
            return try VersionMaker(
                store: store, session: session, progress: NoProgress(), recipe: Recipe(), options: options
            ).inputs(lock)
        }
        #expect(try inputs(before, own) == inputs(after, own))
        #expect(try inputs(before, other) != inputs(after, other))
    }

    @Test func `a day's first version has its date, the next ones a number`() throws {
        let day = Date(timeIntervalSince1970: 1_700_000_000)
        #expect(CalendarTag.next(after: [], on: day) == "2023.11.14")
        #expect(CalendarTag.next(after: ["2023.11.13", "latest"], on: day) == "2023.11.14")
        #expect(CalendarTag.next(after: ["2023.11.14"], on: day) == "2023.11.14.1")
        #expect(CalendarTag.next(after: ["2023.11.14", "2023.11.14.1", "2023.11.14.3"], on: day) == "2023.11.14.2")
        let newYear = Date(timeIntervalSince1970: 1_704_067_200)
        #expect(CalendarTag.next(after: [], on: newYear) == "2024.01.01")
    }
}
