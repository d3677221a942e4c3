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
        return seen.origin
    }

    func plant() async throws {
        try await shell(
            """
            mkdir -p tree/a/b/c tree/d tree/e/empty tree/node_modules/x
            for name in a/1 a/b/2 a/b/c/3 d/4 d/5 node_modules/x/6; do echo "$name" >"tree/$name"; done
            ln -s 4 tree/d/link; ln tree/a/1 tree/d/second; touch tree/d/nothing; chmod 755 tree/d/5
            truncate -s 1M tree/d/sparse
            """)
    }
}
