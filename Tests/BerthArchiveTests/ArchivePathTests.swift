import BerthArchive
import Testing

/// Many paths at once, compared with what all their ancestors say.
struct ArchivePathTests {
    @Test(arguments: 0..<200) func `neighbours in walk order tell what the whole tree of folders would`(seed: UInt64)
        throws
    {
        var random = Steps(state: seed)
        var paths: Set<ArchivePath> = []
        for _ in 0..<Int.random(in: 0...12, using: &random) {
            let parts = (0..<Int.random(in: 1...4, using: &random)).map { _ in
                ["a", "a-", "a.b", "b", "a0"].randomElement(using: &random) ?? "a"
            }
            paths.insert(try ArchivePath(parsing: parts.joined(separator: "/")))
        }
        let sorted = Array(paths).inWalkOrder
        #expect(Set(sorted) == paths && sorted.count == paths.count)
        let folders = Set(paths.flatMap(\.ancestors))
        #expect(sorted.folderBytes == folders.reduce(0) { $0 + $1.bytes.count })
        #expect((sorted.firstNested == nil) == folders.isDisjoint(with: paths))
        if let (above, below) = sorted.firstNested { #expect(below.ancestors.contains(above)) }
        for path in paths { #expect(path.outermost == path.ancestors.first) }
    }
}

/// The same numbers for the same seed (SplitMix64).
private struct Steps: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
