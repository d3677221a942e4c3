import BerthSystem
import BerthTestSupport
import SystemPackage
import Testing

/// The built program, killed where a restore does more than to rename one folder: inside of a mount, and with an owner.
@Suite(.serialized) struct CacheKillTests {
    private let yard: FaultYard

    init() throws { yard = try FaultYard() }

    /// Numbers of calls by what is being done then: what was there is moved aside, the tree comes in, what was there goes.
    @Test(
        .linuxOnly("strace, mounts"),
        arguments: [
            ("renameat", [1, 5, 9, 10, 14, 17, 18]), ("unlinkat", [1, 12, 30]), ("mkdirat", [2]), ("fchmod", [3]),
        ])
    func `killed while it fills a mount, a restore leaves one tree or the other after the next lookup, even a miss`(
        call: String, numbers: [Int]
    ) async throws {
        for name in ["one", "two"] { #expect(try await yard.berth(yard.arguments("save", name)).code == 0) }
        let place = yard.folder.path.appending("place")
        let mount = "mkdir '\(place)' && mount -t tmpfs tmpfs '\(place)'"
        #expect(try await yard.calls.other("sh", ["-c", mount]).code == 0)
        var (kills, left) = (0, 0)
        for number in numbers {
            #expect(try await yard.berth(yard.arguments("restore", "one", in: "place")).code == 0)
            let killed = try await yard.berth(
                inject: "\(call):signal=KILL:when=\(number)", yard.arguments("restore", "two", in: "place"))
            kills += killed.code == 0 ? 0 : 1
            left += try Files.list(place).contains { $0.hasPrefix(".berth") } ? 1 : 0
            #expect(try await yard.berth(yard.arguments("restore", "none", in: "place")).code == 5)
            let found = try yard.tree("place")
            let isWhole = try found == yard.tree("one") || found == yard.tree("two")
            #expect(isWhole, "\(call) \(number): \(found.nodes.keys.sorted())")
        }
        #expect(kills > 0 && left > 0, "\(call): \(kills) kills, \(left) of them in the middle")
        #expect(try await yard.berth(yard.arguments("restore", "two", in: "place")).code == 0)
        #expect(try yard.tree("place") == yard.tree("two"))
        #expect(try await yard.isWhole())
        #expect(try await yard.calls.other("umount", [place.string]).code == 0)
    }

    @Test(.linuxOnly("strace"), .enabled(if: Machine.userIdentifier == 0))
    func `killed while it gives a tree to its owner, a restore leaves one tree or the other, all of it that owner's`()
        async throws
    {
        for name in ["one", "two"] { #expect(try await yard.berth(yard.arguments("save", name)).code == 0) }
        let owner = ["--owner", "1001:1002"]
        var kills = 0
        for number in [1, 20, 50] {
            #expect(try await yard.berth(yard.arguments("restore", "one", in: "place") + owner).code == 0)
            let killed = try await yard.berth(
                inject: "fchownat:signal=KILL:when=\(number)", yard.arguments("restore", "two", in: "place") + owner)
            kills += killed.code == 0 ? 0 : 1
            #expect(try yard.tree("place") == yard.tree("one"), "\(number)")
            let place = yard.folder.path.appending("place").string
            let others = try await yard.calls.other("find", [place, "!", "-uid", "1001", "-o", "!", "-gid", "1002"])
            #expect(others.output.isEmpty, "\(others)")
        }
        #expect(kills == 3)
        #expect(try await yard.berth(yard.arguments("restore", "two", in: "place") + owner).code == 0)
        #expect(try yard.tree("place") == yard.tree("two"))
        #expect(try Files.list(yard.folder.path).sorted() == ["home", "one", "place", "strace", "two"])
    }
}
