import BerthArchive
import BerthStore
import BerthSystem
import BerthTestSupport
import Testing

@testable import BerthCache

/// Manifests and packs that somebody damaged or made up: an error, never a crash, never a name outside of the tree.
struct CodingTests {
    private static func manifest() -> TreeManifest {
        let time = FileTime(seconds: -5, nanoseconds: 999_999_999)
        var manifest = TreeManifest()
        manifest.labels = ["~/.cache", "venv"]
        manifest.chunks = [.init(digest: .of("a"), size: 20), .init(digest: .of("b"), size: 8 << 20)]
        func add(_ name: String, _ depth: Int, _ content: TreeManifest.Content) {
            manifest.members.append(
                .init(name: Array(name.utf8)[...], depth: depth, permissions: 0o755, modified: time, content: content))
        }
        add("", 0, .folder)
        add("a.pyc", 1, .file(.init(chunks: [0], stamp: 7)))
        add("b", 1, .folder)
        add("big", 2, .file(.init(chunks: [1, 0, 1], isSparse: true)))
        add("c", 1, .link(Array("../x".utf8)[...]))
        add("d", 1, .sameFile(as: 1))
        add("", 0, .file(.init(chunks: [])))
        return manifest
    }

    @Test func `a manifest comes back as it was`() throws {
        let manifest = Self.manifest()
        #expect(try ManifestCoding.decode(ManifestCoding.encode(manifest)) == manifest)
    }

    @Test func `cut or changed anywhere, a manifest is refused or still one`() throws {
        let bytes = ManifestCoding.encode(Self.manifest())
        for count in 0..<bytes.count {
            #expect(throws: BerthError.self) { try ManifestCoding.decode(Array(bytes.prefix(count))) }
        }
        var accepted = 0
        for index in bytes.indices {
            for bit in 0..<8 {
                var damaged = bytes
                damaged[index] ^= 1 << UInt8(bit)
                guard let read = try? ManifestCoding.decode(damaged) else { continue }
                accepted += 1
                #expect(ManifestCoding.encode(read).count <= damaged.count + 64)
            }
        }
        #expect(accepted < bytes.count * 8)
    }

    @Test(arguments: [
        "..", ".", "", "a/b", "a\u{0}",
    ]) func `a name that leads elsewhere is refused`(_ name: String) {
        var manifest = Self.manifest()
        manifest.change { $0[1].name = Array(name.utf8)[...] }
        #expect(throws: BerthError.self) { try ManifestCoding.decode(ManifestCoding.encode(manifest)) }
    }

    @Test func `made-up manifests are refused: chunks none or twice, stamped files too short, names misplaced`() {
        func refused(_ change: (inout TreeManifest) -> Void) {
            var manifest = Self.manifest()
            change(&manifest)
            #expect(throws: BerthError.self) { try ManifestCoding.decode(ManifestCoding.encode(manifest)) }
        }
        refused { $0.chunks = [] }
        refused { $0.chunks[0] = .init(digest: .of("a"), size: 11) }
        refused { $0.chunks[0] = .init(digest: .of("a"), size: 0) }
        refused { $0.chunks[1] = .init(digest: .of("a"), size: 20) }
        refused { $0.change { $0[2].depth = 2 } }
        refused { $0.change { $0.swapAt(1, 4) } }
        refused { $0.change { $0[5].content = .sameFile(as: 0) } }
        refused { $0.labels.append("more") }
        refused { $0.change { $0[6].depth = 3 } }
    }

    @Test func `a pack's table is read back, and refused when cut or changed`() throws {
        var builder = try PackBuilder()
        let contents = (0..<40).map { Array(repeating: UInt8($0), count: 1 + $0 * 7919) }
        for content in contents { try builder.add(content, .of(content)) }
        let (bytes, table) = try builder.finish()
        #expect(table.map(\.size) == contents.map(\.count))
        let read = try PackTable(end: bytes, length: bytes.count)
        #expect(read.contents == table)
        let length = try #require(PackTable.wholeLength(seek: bytes))
        #expect(try PackTable(end: Array(bytes.suffix(length)), length: bytes.count) == read)
        for count in stride(from: 0, to: bytes.count, by: 97) {
            #expect(throws: BerthError.self) { try PackTable(end: Array(bytes.prefix(count)), length: count) }
        }
        for index in (bytes.count - length)..<bytes.count {
            var damaged = bytes
            damaged[index] ^= 0x41
            _ = try? PackTable(end: damaged, length: damaged.count)
        }
    }
}
