internal import BerthArchive
internal import BerthStore
internal import BerthSystem

/// An entry as a tar stream, made while it is read: packs lie in another order than names, so folders come first, then
/// contents as their packs have them, then what spans packs, second names, and folders once more from the inside out.
///
/// At most two packs are in memory, whatever the entry's size. Blocks; for one thread at a time.
struct EntryTar {
    private enum Stage {
        /// Folders, links and empty files, by member.
        case names(Int)
        /// Packs, by number.
        case packs(Int)
        /// Files of several chunks, by member, and the next of its chunks.
        case large(Int, chunk: Int)
        /// Second names, by member.
        case seconds(Int)
        /// Folders with their own permissions and times: filling them changed both.
        case closing(Int)
        case done
    }

    private let manifest: TreeManifest
    private let index: TreeIndex
    private let uses: ChunkUses
    private let roots: [[UInt8]]
    private let marker: [UInt8]?
    private var stage = Stage.names(0)
    private var source: PackSource
    private var open: PackSource.Pass?
    private var given: Set<Int> = []
    private var buffer: [UInt8] = []
    private static let piece = 1 << 20

    /// Begins a stream; `roots` are the names of the trees' roots in it.
    ///
    /// `marker`: the name of an empty file that comes last, so that whoever unpacks knows that all of it came.
    init(_ manifest: TreeManifest, packs: [Digest], in store: Store, roots: [[UInt8]], marker: [UInt8]?) throws {
        self.manifest = manifest
        index = TreeIndex(manifest)
        let uses = ChunkUses(manifest) { _ in true }
        self.uses = uses
        (self.roots, self.marker) = (roots, marker)
        let spread = manifest.chunks.indices.filter { uses.of($0).contains { !$0.isWhole } }
        source = try PackSource(packs, in: store, sought: Set(spread.map { manifest.chunks[$0].digest }))
    }

    /// The next bytes, about a mebibyte; nil behind the end.
    mutating func next() throws -> [UInt8]? {
        while buffer.count < Self.piece {
            if case .done = stage { break }
            try step()
        }
        defer { buffer = [] }
        return buffer.isEmpty ? nil : buffer
    }

    private mutating func step() throws {
        switch stage {
        case .names(let member):
            guard member < manifest.members.count else { return stage = .packs(0) }
            addName(member)
            stage = .names(member + 1)
        case .packs(let pack):
            if try open == nil && !openPack(pack) { return stage = .large(0, chunk: 0) }
            if try !addPart() { (open, stage) = (nil, .packs(pack + 1)) }
        case .large(let member, let chunk):
            guard member < manifest.members.count else {
                try checkAll()
                return stage = .seconds(0)
            }
            stage = try addLarge(member, chunk) ? .large(member, chunk: chunk + 1) : .large(member + 1, chunk: 0)
        case .seconds(let member):
            guard member < manifest.members.count else { return stage = .closing(member - 1) }
            if case .sameFile(let first) = manifest.members[member].content {
                buffer += header(member, .sameFile(as: name(first)))
            }
            stage = .seconds(member + 1)
        case .closing(let member):
            guard member >= 0 else { return end() }
            if manifest.members[member].content == .folder { buffer += header(member, .folder) }
            stage = .closing(member - 1)
        case .done: return
        }
    }

    private mutating func end() {
        if let marker {
            let time = FileTime(seconds: 0, nanoseconds: 0)
            buffer += StreamMember(marker, .file(size: 0), permissions: 0o600, modified: time).header
        }
        buffer += StreamMember.end
        stage = .done
    }

    private mutating func addName(_ member: Int) {
        switch manifest.members[member].content {
        case .folder: buffer += header(member, .folder, permissions: manifest.members[member].permissions | 0o700)
        case .link(let target): buffer += header(member, .link(to: Array(target)))
        case .file(let file) where file.chunks.isEmpty: buffer += header(member, .file(size: 0))
        case .file, .sameFile: return
        }
    }

    private func header(_ member: Int, _ kind: StreamMember.Kind, permissions: UInt16? = nil) -> [UInt8] {
        let entry = manifest.members[member]
        // The owner does not come back, so what runs as the owner must not either.
        let mode = permissions ?? (kind == .folder ? entry.permissions : entry.permissions & 0o1777)
        return StreamMember(name(member), kind, permissions: mode, modified: entry.modified).header
    }

    private func name(_ member: Int) -> [UInt8] {
        var name = roots[index.tree(of: member)]
        for step in (index.ancestors(of: member) + [member]).dropFirst() {
            name.append(UInt8(ascii: "/"))
            name += manifest.members[step].name
        }
        return name
    }
}

extension EntryTar {
    /// False behind the last pack.
    private mutating func openPack(_ pack: Int) throws -> Bool {
        guard pack < source.packs.count else { return false }
        open = PackSource.Pass(try source.open(pack))
        return true
    }

    /// Adds the files whose contents end in the next frame; false behind the last frame.
    private mutating func addPart() throws -> Bool {
        guard var pass = open else { return false }
        open = nil
        defer { open = pass }
        let uses = uses
        let contents = try pass.next(source.compressor) { digest in
            uses.number(of: digest).map { uses.of($0).contains { $0.isWhole } } ?? false
        }
        for content in contents ?? [] { addFiles(content.bytes, content.digest) }
        return contents != nil
    }

    private mutating func addFiles(_ bytes: ArraySlice<UInt8>, _ digest: Digest) {
        guard let number = uses.number(of: digest), given.insert(number).inserted else { return }
        for use in uses.of(number) where use.isWhole {
            guard case .file(let file) = manifest.members[use.member].content else { continue }
            let kind = StreamMember.Kind.file(size: Int64(bytes.count))
            buffer += header(use.member, kind)
            add(bytes, stamp: file.stamp)
            buffer += StreamMember([], kind, permissions: 0, modified: manifest.members[use.member].modified).padding
        }
    }

    /// Adds one chunk of a file that has several; false behind its last one, and where it has but one.
    private mutating func addLarge(_ member: Int, _ position: Int) throws -> Bool {
        guard case .file(let file) = manifest.members[member].content, file.chunks.count > 1 else { return false }
        let kind = StreamMember.Kind.file(size: manifest.size(of: file))
        guard position < file.chunks.count else {
            buffer += StreamMember([], kind, permissions: 0, modified: manifest.members[member].modified).padding
            return false
        }
        if position == 0 { buffer += header(member, kind) }
        let chunk = file.chunks[file.chunks.startIndex + position]
        guard let bytes = try source.read(manifest.chunks[chunk].digest), bytes.count == manifest.chunks[chunk].size
        else { throw lacks(chunk) }
        add(bytes[...], stamp: position == 0 ? file.stamp : nil)
        return true
    }

    private mutating func add(_ bytes: ArraySlice<UInt8>, stamp: UInt32?) {
        guard let stamp else { return buffer += bytes }
        var stamped = Array(bytes)
        ByteCode.putStamp(stamp, into: &stamped)
        buffer += stamped
    }

    private func checkAll() throws {
        for number in manifest.chunks.indices where !given.contains(number) {
            if uses.of(number).contains(where: { $0.isWhole }) { throw lacks(number) }
        }
    }

    private func lacks(_ chunk: Int) -> BerthError {
        BerthError(
            .damaged, "no pack of the entry holds \(manifest.chunks[chunk].digest)", done: "the stream was cut",
            remedy: "run `berth store check`; the next save stores it anew")
    }
}
