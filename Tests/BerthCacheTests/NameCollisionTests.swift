import BerthArchive
import BerthStore
import BerthSystem
import BerthTestSupport
import SystemPackage
import Testing

@testable import BerthCache

/// Places that take two names of an entry for one, as volumes of a Mac do: refused with both names, by either transport.
///
/// How a place takes names is given here: few machines have such a volume.
struct NameCollisionTests {
    private let yard: CacheYard

    init() throws { yard = try CacheYard() }

    /// What a transport says before it puts anything in the place; nil where all goes well.
    private func refusal(_ way: Way, _ folding: NameFolding) async throws -> BerthError? {
        let walk = try await TreeWalk([SavedPath(label: "tree", path: yard.path("tree"))])
        let landing = try LandingChooser().landing(yard.path("place"))
        defer { landing.discard() }
        do {
            switch way {
            case .local: try NameCollisions(walk.manifest, walk.index).check([landing], [folding])
            case .service:
                let (place, marker) = (
                    try StreamPlace(label: "tree", place: "/0"), try StreamPlace(label: "marker", place: "/whole")
                )
                let incoming = IncomingTrees([landing], [place], marker: marker, [folding])
                let outgoing = try OutgoingTrees(walk, [place])
                while let bytes = try outgoing.next() { try incoming.feed(bytes) }
            }
            return nil
        } catch let error as BerthError { return error }
    }

    @Test(arguments: Way.allCases) func `names that differ by case or by how an accent is written are told`(_ way: Way)
        async throws
    {
        let all = NameFolding(foldsCase: true, foldsAccents: true)
        let cases: [(Tree, String, NameFolding)] = [
            (["lib/a": "1", "LIB/b": "2"], "LIB and lib", NameFolding(foldsCase: true, foldsAccents: false)),
            (["x/Read": "1", "x/read": "2"], "x/Read and x/read", all),
            (["a/straße": "1", "a/STRASSE": .link("b")], "a/STRASSE and a/straße", all),
            (
                ["caf\u{E9}/a": "1", "cafe\u{301}/b": "2"], "cafe\u{301} and caf\u{E9}",
                NameFolding(foldsCase: false, foldsAccents: true)
            ),
        ]
        for (tree, names, folding) in cases {
            try tree.write(to: yard.path("tree"))
            let error = try #require(try await refusal(way, folding), "\(names)")
            #expect(error.status == .failed && error.done == "nothing was changed")
            #expect(error.what.utf8.elementsEqual("the place takes two names of the entry for one: \(names)".utf8))
            #expect(error.place == yard.path("place").string)
            #expect(try await refusal(way, NameFolding(foldsCase: false, foldsAccents: false)) == nil)
            #expect(try Files.list(yard.root) == ["store", "tree"])
            try Files.removeTree(yard.path("tree"))
        }
    }

    @Test(arguments: Way.allCases) func `one name in two folders, and a folder that comes twice, are no collision`(
        _ way: Way
    ) async throws {
        try yard.write(["tree/a/Lib/x": "1", "tree/b/lib/x": "2", "tree/empty": .folder, "tree/z": "3"])
        #expect(try await refusal(way, NameFolding(foldsCase: true, foldsAccents: true)) == nil)
    }
}

extension NameCollisionTests {
    @Test(.linuxOnly("mounts"), arguments: Way.allCases)
    func `a place that cannot be written to is named, and not the store`(_ way: Way) async throws {
        let yard = try await CacheYard(way)
        try yard.write(["tree/x": "new\n"])
        let entry = try await yard.save("tree")
        try await yard.shell("mkdir fixed && mount -t tmpfs -o ro tmpfs fixed")
        let error = await #expect(throws: BerthError.self) { try await yard.restore(entry, to: "fixed/place") }
        try await yard.shell("umount fixed")
        #expect(error?.status == .failed && error?.place?.hasPrefix(yard.path("fixed").string) == true)
        #expect(error?.remedy?.contains("make the folder writable") == true, "\(String(describing: error))")
    }
}
