import BerthArchive
import BerthRegistry
import BerthStore
import BerthSystem
import BerthTestSupport
import Testing

@testable import BerthCache

/// Who finds what on a registry: scopes, versions, prefixes and keys of any kind.
struct TierLookupTests {
    private func save(
        _ yard: TierYard, _ key: String, _ text: String, _ reference: String = "refs/heads/main", at now: Int64
    ) async throws -> CacheEntry {
        try yard.here.folder.write(["tree/a": .text(text)])
        return try await yard.here.save("tree", as: key, in: CacheYard.access(reference), now: now)
    }

    @Test func `a job finds what its scopes let it see, the nearest first, and nothing of others`() async throws {
        try await TierYard.open { yard in
            try await RegistryDouble.serving { double in
                let tier = try yard.tier(yard.here, double.host)
                let (main, pull) = ("refs/heads/main", "refs/pull/7/merge")
                _ = try await tier.push(save(yard, "deps-1", "1", main, at: 10))
                _ = try await tier.push(save(yard, "deps-2", "2", main, at: 30))
                _ = try await tier.push(save(yard, "deps-3", "3", pull, at: 20))
                func found(_ key: String, _ prefixes: [String], _ own: String, _ others: [String]) async throws
                    -> String?
                {
                    try await yard.pull(key, prefixes, from: double.host, as: own, others)?.entry.key.text
                }
                #expect(try await found("deps-1", [], main, []) == "deps-1")
                #expect(try await found("deps-9", ["deps-"], main, []) == "deps-2")
                #expect(
                    try await found("deps-9", ["deps-"], pull, [main]) == "deps-3", "the nearer scope, though older")
                #expect(try await found("deps-2", [], pull, [main]) == "deps-2")
                #expect(try await found("deps-3", ["deps-3"], main, []) == nil)
                #expect(try await found("deps-3", ["deps-3"], "refs/pull/8/merge", []) == nil)
                #expect(try await found("other", ["oth"], pull, [main]) == nil)
                #expect(try await yard.pull("deps-1", ["deps"], version: "v2", from: double.host) == nil)
                let scopes = try EntryCatalog(yard.there.store).list().map(\.scope.reference)
                #expect(Set(scopes) == [main, pull], "an entry stays in the scope that it was saved in")
            }
        }
    }

    @Test func `keys of any kind are data: tags are letters and digits`() async throws {
        try await TierYard.open { yard in
            try await RegistryDouble.serving { double in
                let tier = try yard.tier(yard.here, double.host)
                let keys = [
                    "../../v2/other/manifests/x", "a b:c@d?e=f#g", "\u{1F6A2}é-e\u{301}",
                    String(repeating: "\u{1F6A2}", count: 512),
                    "\"}{\"x\":\"", "sha256:\(String(repeating: "0", count: 64))", "-", "..", "%2e%2e%2f",
                ]
                for (index, key) in keys.enumerated() {
                    _ = try await tier.push(save(yard, key, "\(index)", at: Int64(index)))
                    #expect(try await yard.pull(key, from: double.host)?.entry.key.text == key)
                    let prefix = String(key.unicodeScalars.prefix(1))
                    #expect(try await yard.pull(prefix + "\u{7FF}", [prefix], from: double.host) != nil, "\(key)")
                }
                let places = Set(double.calls.map(\.path).filter { $0.contains("/manifests/") })
                for place in places {
                    let name = place.split(separator: "/").last.map(String.init) ?? ""
                    let isTag = name.wholeMatch(of: #/(entry|list)-[0-9a-f]{64}|sha256:[0-9a-f]{64}/#) != nil
                    #expect(isTag && place.hasPrefix("/v2/team/cache/manifests/"), "\(place)")
                }
            }
        }
    }

    @Test func `a local hit asks nobody, a local prefix gives way to what is nearer`() async throws {
        try await TierYard.open { yard in
            try await RegistryDouble.serving { double in
                let away = try yard.tier(yard.here, double.host)
                let near = try yard.tier(yard.there, double.host)
                _ = try await away.push(save(yard, "deps-2", "two", at: 20))
                try yard.there.folder.write(["tree/a": "one"])
                _ = try await yard.there.save("tree", as: "deps-1", in: CacheYard.access(), now: 10)
                func lookUp(_ key: String) async throws -> EntryCatalog.Match? {
                    let (wanted, prefix, scopes) = (try CacheKey(key), try CacheKey("deps-"), try CacheYard.access())
                    let notes = await near.prepare(wanted, restoreKeys: [prefix], version: "v1", in: scopes)
                    #expect(notes.isEmpty, "\(notes)")
                    return try EntryCatalog(yard.there.store).find(
                        wanted, restoreKeys: [prefix], version: "v1", in: scopes)
                }
                double.forgetCalls()
                #expect(try await lookUp("deps-1")?.isExact == true)
                #expect(double.calls.isEmpty)
                #expect(try await lookUp("deps-9")?.entry.key.text == "deps-2", "the newer one of the same prefix")
                double.forgetCalls()
                #expect(try await lookUp("deps-9")?.entry.key.text == "deps-2")
                #expect(double.calls("GET", "/blobs/").isEmpty, "what is here is not fetched again")
                #expect(try await lookUp("deps-2")?.isExact == true)
            }
        }
    }

    @Test func `other content under a key stays what it is, and a list holds the newest within its bounds`()
        async throws
    {
        try await TierYard.open { yard in
            try await RegistryDouble.serving { double in
                let mine = try await save(yard, "deps", "mine", at: 5)
                _ = try await yard.tier(yard.here, double.host).push(mine)
                try yard.there.folder.write(["tree/a": "theirs"])
                let theirs = try await yard.there.save("tree", as: "deps")
                let pushed = try await yard.tier(yard.there, double.host).push(theirs)
                #expect(pushed.fate == .taken(mine.identity))
                #expect(
                    try await yard.pull("deps", from: double.host)?.entry.identity == theirs.identity, "ours is here")
                try yard.there.evict(theirs)
                #expect(try await yard.pull("deps", from: double.host)?.entry.identity == mine.identity)
            }
        }
        var list = EntryList(nil)
        let long = String(repeating: "\u{1F6A2}", count: 500)
        for number in 0..<(EntryList.most + 20) {
            let about = try #require(
                EntryAnnotations(["vnd.berth.cache.key": "\(number)\(long)", "vnd.berth.cache.created": "\(number)"]))
            let manifest = try RegistryManifest(
                Array(
                    "{\"schemaVersion\":2,\"config\":{\"mediaType\":\"a\",\"digest\":\"\(Digest.of("\(number)"))\",\"size\":2},\"layers\":[]}"
                        .utf8))
            let isAdded = list.add(EntryList.item(manifest, about))
            let isAddedTwice = list.add(EntryList.item(manifest, about))
            #expect(isAdded && !isAddedTwice)
        }
        #expect(list.items.count == EntryList.most && list.items[0].about.created == Int64(EntryList.most + 19))
        #expect(try list.index().bytes.count <= EntryList.mostBytes)
        #expect(try EntryList(list.index()).items == list.items)
    }
}
