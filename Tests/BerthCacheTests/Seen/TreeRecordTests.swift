import BerthArchive
import BerthStore
import BerthSystem
import BerthTestSupport
import SystemPackage
import Testing

@testable import BerthCache

/// Records of trees: which question they answer, and what comes of damaged ones.
struct TreeRecordTests {
    private let yard: CacheYard

    init() throws { yard = try CacheYard() }

    /// Damages the tree's record in many ways, one after the other.
    private func damaging(
        _ change: (_ bytes: [UInt8], _ place: Int) -> [UInt8], _ look: () async throws -> Void
    ) async throws {
        try await yard.shell("rm -rf tree")
        try await yard.plant()
        try await yard.settle()
        try await yard.save("tree", as: UniqueNumber.text)
        let folder = yard.store.root.pushing("hot/trees")
        let file = folder.appending(try #require(Files.list(folder).first))
        let bytes = try Files.read(file)
        for place in stride(from: 0, to: bytes.count - PlaceFiles.sumSize, by: 3) {
            try Files.writeAtomically(change(bytes, place), to: file)
            try await look()
        }
    }

    @Test func `a damaged record is none`() async throws {
        try await damaging({ $0.with($0[$1] ^ 1 << UInt8($1 % 8), at: $1) }) {
            let origin = try await yard.seen(yard.saved).origin
            #expect(origin == nil)
        }
        try await damaging({ Array($0.prefix($1)) }) {
            let origin = try await yard.seen(yard.saved).origin
            #expect(origin == nil)
        }
    }

    @Test func `a record that was written wrongly stops nobody`() async throws {
        for value in [0x00, 0x7F, 0xFF] as [UInt8] {
            try await damaging({ bytes, place in
                let other = Array(bytes.with(value, at: place).dropLast(PlaceFiles.sumSize))
                var sum = CRC32()
                sum.update(other.span.bytes)
                return other + PlaceFiles.ending(sum)
            }) {
                // Whatever it says, the walk ends; names that are none lead nowhere.
                if let walk = try? await TreeWalk(yard.seen(yard.saved)) {
                    _ = UnchangedTrees(yard.store, try FoundTree.find([yard.saved])).find(walk)
                }
                let place = try #require(TreePlace("tree", in: Folder(yard.root)))
                _ = PlaceRecords(yard.store).read(place)
            }
        }
    }

    /// The members of a record: folders that lie in each other, then files in the last of them.
    private func body(folders: Int, files: Int) throws -> [UInt8] {
        var manifest = TreeManifest()
        let state = FileState(
            inode: 7, size: 0, modified: FileTime(seconds: 1, nanoseconds: 0),
            changed: FileTime(seconds: 1, nanoseconds: 0))
        var body = RecordedBody(room: folders + files)
        for depth in 0..<folders {
            manifest.members.append(
                .init(
                    name: Array("\(depth)".utf8)[...], depth: depth, permissions: 0o755, modified: state.modified,
                    content: .folder))
        }
        for file in 0..<files {
            manifest.members.append(
                .init(
                    name: Array("\(file)".utf8)[...], depth: folders, permissions: 0o644, modified: state.modified,
                    content: .file(.init(chunks: []))))
        }
        for member in manifest.members.indices {
            let note = FileNote(member: member, permissions: 0o755, state: state)
            body.add(member, of: manifest, note, isLinked: false)
        }
        var parts: [[UInt8]] = []
        body.encode { parts.append(Array($0)) }
        return try #require(parts.last)
    }

    /// A record of two blocks; `first`: the bytes of the first one, `second`: of the one behind it, which lies in two folders.
    private func record(_ first: [UInt8], _ second: [UInt8]) throws -> TreeRecord {
        let time = FileTime(seconds: 1, nanoseconds: 0)
        let root = FileState(inode: 7, size: 0, modified: time, changed: time)
        var encoder = ByteEncoder()
        TreeRecord.Head(label: "tree", exclude: [], origin: nil, moment: time, root: (root, 0o755)).encode {
            encoder.add(raw: $0)
        }
        let table = [3, 0, 0, 0, 513, 2, 0, 0, 0, 0, 512, first.count, 3, 2]
        for number in table { encoder.add(number) }
        for name in ["1", "2"] { encoder.add(name.utf8) }
        encoder.add(raw: first + second)
        var decoder = ByteDecoder(encoder.bytes, of: "a record")
        return try TreeRecord(from: &decoder)
    }

    @Test func `parts of a record that do not meet are no tree`() async throws {
        let deep = try body(folders: 3, files: 509)
        let second = Array(try body(folders: 3, files: 510).dropFirst(deep.count))
        let whole = try await RecordedTree(sharing: record(deep, second))
        #expect(whole.states.count == 513)
        let flat = try record(body(folders: 1, files: 511), second)
        await #expect { _ = try await RecordedTree(sharing: flat) } throws: { ($0 as? BerthError)?.status == .damaged }
        #expect { _ = try RecordedTree(flat) } throws: { ($0 as? BerthError)?.status == .damaged }
    }

    @Test func `another question has another answer`() async throws {
        try await yard.plant()
        try await yard.settle()
        try await yard.save("tree", as: "1")
        func asked(_ patterns: [String]) throws -> SavedPath {
            SavedPath(label: "tree", path: yard.path("tree"), exclude: try Glob(inTree: patterns))
        }
        // Nothing was left out, and nothing would be.
        #expect(try await yard.origin(asked(["tmp"])) != nil)
        #expect(try await yard.origin(asked(["a/b"])) == nil)
        #expect(try await yard.origin(asked(["**/3"])) == nil)
        #expect(try await yard.origin(SavedPath(label: "other", path: yard.path("tree"))) == nil)
        let less = try asked(["a/b"])
        _ = try await yard.transport.save([less], as: CacheKey("2"), version: "v1", cost: nil)
        #expect(try await yard.origin(less) != nil)
        #expect(try await yard.origin() == nil)
        try await yard.shell("mkdir -p tree/a/b tree/d/x; echo 7 >tree/a/b/7; echo 8 >tree/d/x/8")
        #expect(try await yard.origin(less) == nil)
    }

    @Test func `a folder that is too young is read again, in whatever block it lies`() async throws {
        try await yard.shell(
            "for i in $(seq 40); do mkdir -p tree/$i; for j in $(seq 40); do touch tree/$i/$j; done; done")
        try await yard.settle()
        try await yard.shell("touch tree/17 tree/38")
        try await yard.save("tree", as: "1")
        #expect(try await yard.origin() != nil)
        // As if a name had come within the tick: the folder's times are those of the record.
        let place = try #require(TreePlace("tree", in: Folder(yard.root)))
        let walk = try await TreeWalk([yard.saved])
        let paths = walk.states.indices.map { walk.index.path(of: $0, in: walk.manifest) }
        for folder in ["17", "38"] {
            let young = try #require(paths.firstIndex(of: folder))
            for left in ["", "\(folder)/9"] {
                var body = RecordedBody(room: walk.states.count)
                for member in walk.states.indices where paths[member] != left || left.isEmpty {
                    let note = FileNote(
                        member: member, permissions: walk.manifest.members[member].permissions,
                        state: walk.states[member])
                    body.add(member, of: walk.manifest, note, isLinked: false)
                }
                let moment = walk.states[young].changed.advanced(by: .milliseconds(1))
                let head = TreeRecord.Head(
                    label: "tree", exclude: [], origin: nil, moment: moment, root: (walk.states[0], 0o755))
                TreeRecords(yard.store).write(head, body, of: place)
                let record = try #require(TreeRecords(yard.store).read(place, yard.saved))
                let checked = try #require(try await CheckedTree(record, at: FoundTree.find([yard.saved])[0].root))
                #expect(checked.isUnchanged == left.isEmpty && checked.isSame(young) == left.isEmpty, "\(folder)")
            }
        }
    }

    @Test func `file systems whose folders' times say little have no records`() throws {
        try yard.write(["tree/a": "one\n"])
        let place = try #require(TreePlace("tree", in: Folder(yard.root)))
        #expect(place.keepsFolderTimes)
        #expect(FileSystemKind(at: "/proc")?.keepsFolderTimes == (Machine.systemName == "Linux" ? false : nil))
    }
}

extension [UInt8] {
    fileprivate func with(_ byte: UInt8, at place: Int) -> [UInt8] {
        var bytes = self
        bytes[place] = byte
        return bytes
    }
}
