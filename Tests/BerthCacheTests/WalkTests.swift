import BerthSystem
import BerthTestSupport
import SystemPackage
import Testing

@testable import BerthCache

/// Trees of so many folders that several threads walk and fill them.
struct WalkTests {
    private let yard: CacheYard

    init() throws { yard = try CacheYard() }

    /// 420 folders two levels down, names that sort otherwise by characters than by bytes, and files with names in several
    /// of them.
    private func plant() async throws {
        try await yard.shell(
            """
            for outer in $(seq 20); do for inner in $(seq 20); do
                mkdir -p "tree/$outer/é-$inner/in"
                echo "$outer $inner" >"tree/$outer/é-$inner/in/file"
                ln -s in/file "tree/$outer/é-$inner/link"
            done; done
            echo two >tree/5/shared && ln tree/5/shared tree/19/é-7/in/shared && ln tree/5/shared tree/2/é-1/shared
            find tree -exec touch -h -d '2024-05-01 10:00:00.123456789 UTC' {} +
            """)
    }

    /// What find(1) sees of a tree: kinds, modes, times, sizes, link targets and how many names each file has.
    private func seen(_ name: String) async throws -> String {
        try await yard.shell(
            "cd \(name) && find . \\( -type d -printf '%P %m %T@\\n' \\) -o -printf '%P %y %m %T@ %s %l %n\\n' | sort")
    }

    @Test func `all of a wide tree is found in the order of its bytes, whoever walked which part`() async throws {
        try await plant()
        let walk = try await TreeWalk([SavedPath(label: "tree", path: yard.path("tree"))])
        let paths = walk.manifest.members.indices.map { walk.index.path(of: $0, in: walk.manifest) }
        let found = try await yard.shell("find tree -printf '%P\\n'").split(separator: "\n").map(String.init)
        #expect(Set(paths) == Set(found + [""]) && paths.count == 20 + 400 * 4 + 1 + 3)
        // Decoding refuses names that are out of order, and second names before the first.
        _ = try ManifestCoding.decode(ManifestCoding.encode(walk.manifest))
        let seconds = walk.manifest.members.enumerated().compactMap { member, entry -> String? in
            guard case .sameFile(let first) = entry.content else { return nil }
            return "\(paths[member]) is \(paths[first])"
        }
        #expect(seconds == ["2/é-1/shared is 19/é-7/in/shared", "5/shared is 19/é-7/in/shared"])
        for (member, state) in zip(walk.manifest.members, walk.states) where member.content != .folder {
            #expect(state.modified == member.modified)
        }
    }

    @Test(arguments: Way.allCases) func `a wide tree comes back as it was`(_ way: Way) async throws {
        let yard = try await CacheYard(way)
        try await WalkTests(yard).plant()
        let entry = try await yard.save("tree")
        try await yard.restore(entry, to: "again")
        #expect(try await WalkTests(yard).seen("again") == WalkTests(yard).seen("tree"))
    }

    private init(_ yard: CacheYard) { self.yard = yard }

    @Test func `something that no entry can hold fails the walk, whichever thread meets it`() async throws {
        try await plant()
        try await yard.shell("mkfifo tree/20/é-20/in/pipe")
        let error = await #expect(throws: BerthError.self) {
            try await TreeWalk([SavedPath(label: "tree", path: yard.path("tree"))])
        }
        #expect(error?.status == .usage && error?.place?.hasSuffix("in/pipe") == true)
    }

    @Test func `patterns leave out names below the folders that are walked first`() async throws {
        try await plant()
        let exclude = try Glob(inTree: ["*/é-7", "3/*/in/file"])
        let walk = try await TreeWalk([SavedPath(label: "tree", path: yard.path("tree"), exclude: exclude)])
        // Twenty folders with four members each and a name in one of them; then a file in the other nineteen of "3".
        let left = 20 * 4 + 1 + 19
        #expect(walk.manifest.members.count == 1 + 20 + 400 * 4 + 3 - left)
    }

    @Test func `a folder or link that is gone when its turn comes was somebody's temporary one`() async throws {
        try await yard.shell("mkdir -p tree/folder/in && ln -s x tree/link")
        let above = try Folder(yard.path("tree"))
        let finds = try (["folder", "link"] as [Folder.Name]).map { name in
            let facts = try #require(try above.facts(name))
            return WalkPart.Find(
                folder: above, name: name, facts: facts, depth: 1, device: facts.device, exclusion: nil)
        }
        try await yard.shell("rm -r tree/folder tree/link")
        var part = WalkPart()
        for find in finds { try part.addTree(find) }
        #expect(part.members.isEmpty && part.states.isEmpty)
    }

    @Test(arguments: [1, 7, 64, 5000]) func `subtrees and what they hang on are all of a tree`(_ size: Int) async throws
    {
        try await plant()
        let manifest = try await TreeWalk([SavedPath(label: "tree", path: yard.path("tree"))]).manifest
        let index = TreeIndex(manifest)
        let cut = Subtrees(manifest, index, size: size)
        #expect((cut.trunk + cut.runs.joined()).sorted() == Array(manifest.members.indices))
        #expect(cut.trunk.allSatisfy { manifest.members.isFolder($0) } && cut.trunk == cut.trunk.sorted())
        for run in cut.runs {
            #expect(run.count <= size && !run.isEmpty)
            let parents = run.compactMap { index.parent(of: $0) }
            #expect(parents.count == run.count && parents.allSatisfy { run.contains($0) || cut.trunk.contains($0) })
        }
    }
}
