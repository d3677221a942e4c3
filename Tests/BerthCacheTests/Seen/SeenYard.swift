import BerthArchive
import BerthStore
import BerthSystem
import BerthTestSupport
import SystemPackage
import Testing

@testable import BerthCache

/// What tests of trees that were seen before share.
extension CacheYard {
    var saved: SavedPath { SavedPath(label: "tree", path: path("tree")) }

    /// Longer than the tick of any clock that stamps files here.
    func settle() async throws { try await Task.sleep(for: .milliseconds(60)) }

    func seen(_ saved: SavedPath) async throws -> SeenTrees {
        try await UnchangedTrees(store, FoundTree.find([saved])).look()
    }

    /// The entry that the tree is believed to be, after a walk that begins with what is known has found what any walk does.
    @discardableResult
    func origin(
        _ saved: SavedPath? = nil, after what: String = "", location: SourceLocation = #_sourceLocation
    ) async throws -> TreeRecord.Origin? {
        let saved = saved ?? self.saved
        let seen = try await seen(saved)
        let (known, plain) = (try await TreeWalk(seen), try await TreeWalk([saved]))
        #expect(known.manifest == plain.manifest, "\(what)", sourceLocation: location)
        #expect(known.states == plain.states, "\(what)", sourceLocation: location)
        try check(known, UnchangedTrees(store, FoundTree.find([saved])).find(known), what, location)
        return seen.origin
    }

    /// What is known of files is what they hold.
    private func check(
        _ walk: TreeWalk, _ found: UnchangedTrees.Found, _ what: String, _ location: SourceLocation
    ) throws {
        let stack = FolderStack(walk.manifest, walk.index, roots: try walk.openRoots())
        let changed = Set(found.changed)
        for member in walk.manifest.members.indices where found.contents.chunks(of: member) > 0 {
            if changed.contains(member) { continue }
            let (file, name) = (try walk.open(member, stack), walk.manifest.members[member].name)
            for (chunk, digest) in found.contents.digests(of: member).enumerated() {
                let piece = SaveUnit.Piece(member: member, chunk: chunk)
                var bytes = try file.read(piece.size(of: walk.states[member].size), at: piece.offset)
                let stamp = ByteCode.takeStamp(&bytes, named: name, piece.offset)
                #expect(digest == Digest.of(bytes), "\(what)", sourceLocation: location)
                #expect(chunk > 0 || found.contents.stamp(of: member) == stamp, "\(what)", sourceLocation: location)
            }
        }
    }

    func plant() async throws {
        try await shell(
            """
            mkdir -p tree/a/b/c tree/d tree/e/empty tree/node_modules/x
            for name in a/1 a/b/2 a/b/c/3 d/4 d/5 node_modules/x/6; do echo "$name" >"tree/$name"; done
            ln -s 4 tree/d/link; ln tree/a/1 tree/d/second; touch tree/d/nothing; chmod 755 tree/d/5
            truncate -s 9M tree/d/sparse; mkdir -p tree/p/1/2/3/4
            for name in p/1/2/7 p/1/2/3/8 p/1/2/3/4/9; do echo "$name" >"tree/$name"; done
            printf '\\313\\r\\r\\n\\0\\0\\0\\0time\\0\\0\\0\\0body' >tree/e/x.pyc
            """)
    }
}
