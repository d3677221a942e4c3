import BerthArchive
import BerthRegistry
import BerthStore
import BerthSystem
import BerthTestSupport
import Foundation
import SystemPackage
import Testing

@testable import BerthCache

/// Entries on a registry that others wrote, read back by a client that others wrote.
@Suite(.linuxOnly("docker-registry and skopeo")) struct TierRoundTripTests {
    private func skopeo(_ arguments: String...) async throws -> String {
        var command = Command(try Programs.require("skopeo", remedy: "scripts/setup test"), arguments)
        command.limit = .seconds(120)
        return try await command.output()
    }

    @Test func `what one machine pushed another restores, and skopeo sees the same bytes`() async throws {
        try await TierYard.open { yard in
            try await yard.here.packages(["one", "two"])
            try yard.here.folder.write(["tree/bin/tool": .program("#!/bin/sh\n"), "tree/bin/alias": .link("tool")])
            let saved = try await yard.here.save("tree", as: "deps-1")
            try await DebianRegistry.serving { registry in
                let pushed = try await yard.tier(yard.here, registry.host).push(saved)
                #expect(pushed.fate == .sent && pushed.repacked.value == 0)
                #expect(pushed.sent == saved.packs.count + 2)

                let tag = try EntryArtifact.tag(CacheEntry.id(saved.key, version: "v1", in: saved.scope))
                let place = "docker://\(registry.host)/\(TierYard.path):\(tag)"
                let raw = try await skopeo("inspect", "--tls-verify=false", "--raw", place)
                #expect(Digest.of(raw) == pushed.digest)
                let object = try #require(
                    try JSONSerialization.jsonObject(with: Data(raw.utf8)) as? [String: Any])
                #expect(object["artifactType"] as? String == "application/vnd.berth.cache.entry.v1")
                let layers = try #require(object["layers"] as? [[String: Any]]).compactMap { $0["digest"] as? String }
                #expect(layers == ([saved.manifest] + saved.packs.map(\.digest)).map(\.description))

                let match = try #require(try await yard.pull("deps-1", from: registry.host))
                #expect(match.isExact && match.entry.identity == saved.identity && match.entry.packs == saved.packs)
                try await yard.there.restore(match.entry, to: "again")
                let before = try await yard.here.list("tree")
                #expect(try await yard.there.list("again") == before)
                #expect(try await yard.there.store.check(readData: .all).isClean)
            }
        }
    }

    @Test func `packs that are there are not sent again, and the same entry sends nothing`() async throws {
        try await TierYard.open { yard in
            try await yard.here.packages(["one", "two", "three"])
            let first = try await yard.here.save("tree", as: "deps-1")
            try await DebianRegistry.serving { registry in
                let tier = try yard.tier(yard.here, registry.host)
                _ = try await tier.push(first)
                let uploads = registry.requests("PATCH")
                #expect(uploads > 0)
                #expect(try await tier.push(first).fate == .present)
                #expect(registry.requests("PATCH") == uploads)

                try await yard.here.shell("echo changed >tree/site-packages/two/name")
                let second = try await yard.here.save("tree", as: "deps-2")
                let pushed = try await tier.push(second)
                #expect(pushed.found == first.packs.count && pushed.sentBytes < ByteCount(20_000), "\(pushed)")
                // The record, the tree and the one new pack.
                #expect(pushed.sent == 3)
                let match = try #require(try await yard.pull("deps-9", ["deps-"], from: registry.host))
                #expect(match.entry.key.text == "deps-2" && !match.isExact)
                try await yard.there.restore(match.entry, to: "again")
                try await yard.there.shell("diff -r --no-dereference '\(yard.here.path("tree"))' again")
            }
        }
    }

    @Test(arguments: ["{", "{}"]) func `a pull puts an entry in the place of a damaged record`(text: String)
        async throws
    {
        try await TierYard.open { yard in
            try await yard.here.packages(["one"])
            let saved = try await yard.here.save("tree", as: "deps-1")
            try await DebianRegistry.serving { registry in
                _ = try await yard.tier(yard.here, registry.host).push(saved)
                let id = CacheEntry.id(saved.key, version: "v1", in: saved.scope)
                let place = yard.there.store.root.appending("entries").appending("\(id.hex).json")
                try Files.writeAtomically(text, to: place)
                let match = try #require(try await yard.pull("deps-1", from: registry.host))
                #expect(match.entry.identity == saved.identity)
                #expect(try await yard.there.store.check(readData: .all).isClean)
            }
        }
    }

    @Test func `an entry that needs little of its packs goes over in packs of its own, the same each time`()
        async throws
    {
        try await TierYard.open { yard in
            try await yard.here.shell(
                "mkdir -p tree/a && cd tree/a && for i in 1 2 3 4; do head -c 3000000 /dev/urandom >$i; done")
            _ = try await yard.here.save("tree", as: "all")
            try await yard.here.shell("rm tree/a/[234]")
            let small = try await yard.here.save("tree", as: "one")
            #expect(try yard.here.ratio(small) > 2)
            try await DebianRegistry.serving { registry in
                let tier = try yard.tier(yard.here, registry.host)
                let pushed = try await tier.push(small)
                #expect(pushed.repacked == ByteCount(3_000_000) && pushed.sentBytes < ByteCount(3_100_000))
                #expect(
                    try yard.here.store.entries.list().contains { try $0.blobs() == small.blobs }, "the record stays")
                let match = try #require(try await yard.pull("one", from: registry.host))
                #expect(try yard.there.ratio(match.entry) == 1)
                try await yard.there.restore(match.entry, to: "again")
                try await yard.there.shell("cmp '\(yard.here.path("tree"))/a/1' again/a/1")

                // Whoever packs the same contents again makes the same packs: nothing is sent twice.
                let again = try await yard.here.save("tree", as: "one-more")
                let second = try await tier.push(again)
                #expect(second.repacked == ByteCount(3_000_000) && second.sentBytes < ByteCount(20_000), "\(second)")
            }
        }
    }

    @Test func `with a login, and without it a note, a miss, and nobody asks for a while`() async throws {
        try await TierYard.open { yard in
            try yard.here.folder.write(["tree/a": "one\n"])
            let saved = try await yard.here.save("tree")
            try await DebianRegistry.serving(asksForLogin: true) { registry in
                let login = DebianRegistry.login
                let auth = Data("\(login.name):\(login.password)".utf8).base64EncodedString()
                try yard.here.folder.write([
                    "config.json": .text("{\"auths\":{\"\(registry.host)\":{\"auth\":\"\(auth)\"}}}")
                ])
                let logins = LoginFinder(files: [yard.here.path("config.json")], find: { _ in nil })
                let settings = try yard.tier(yard.here, registry.host).settings
                let known = RemoteTier(yard.here.store, settings, yard.access(logins))
                #expect(try await known.push(saved).fate == .sent)

                let stranger = try yard.tier(yard.there, registry.host)
                let key = try CacheKey("key")
                let notes = await stranger.prepare(key, version: "v1", in: try CacheYard.access(), now: 1000)
                #expect(notes.count == 1 && notes[0].contains("docker login"), "\(notes)")
                #expect(await stranger.prepare(key, version: "v1", in: try CacheYard.access(), now: 1059).isEmpty)
                let error = await #expect(throws: BerthError.self) {
                    try await stranger.pull(key, version: "v1", in: CacheYard.access())
                }
                #expect(error?.status == .authenticationNeeded)
                #expect(try EntryCatalog(yard.there.store).list().isEmpty)
            }
        }
    }
}
