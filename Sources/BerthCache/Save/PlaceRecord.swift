internal import BerthArchive
internal import BerthStore
internal import BerthSystem
internal import SystemPackage

/// Where a tree lies, for a record that is good for that place alone: its real path, in one mount, during one boot.
struct TreePlace: Sendable, Equatable {
    let path: String
    let boot: String
    let mount: String
    let device: UInt64

    init(path: String, boot: String, mount: String, device: UInt64) {
        (self.path, self.boot, self.mount, self.device) = (path, boot, mount, device)
    }

    /// Nil where nobody can say what is mounted there, or where another machine may change it.
    init?(_ name: Folder.Name, in parent: Folder) {
        guard let facts = try? parent.facts(name), let above = parent.realPath else { return nil }
        let root = facts.kind == .folder ? try? parent.folder(name) : parent
        guard let root, let mount = root.mountIdentity,
            Machine.sharedFileSystem(at: FilePath(above)) == nil
        else { return nil }
        path = above + "/" + name.string
        (boot, self.mount, device) = (Machine.bootIdentity, mount, facts.device)
    }
}

/// What is known of the files of trees that were saved or restored: one small file for each place.
///
/// Derived: without one, a save reads all files.
struct PlaceRecords: Sendable {
    private let folder: FilePath
    private let hot: HotFolder

    init(_ store: Store) {
        hot = HotFolder(store)
        folder = hot.root.appending("places")
    }

    /// Records of more places are dropped, the oldest first.
    private static let most = 64
    private static let magic = Array("BERTHFILES1".utf8)
    private static let limit = 256 << 20

    /// What is known of the files at a place; nil where nothing is, or it was noted in another mount or boot.
    func read(_ place: TreePlace) -> FileRecord? {
        guard let bytes = try? Files.read(file(of: place), limit: Self.limit) else { return nil }
        return try? Self.decode(bytes, place, hot)
    }

    private static func decode(_ bytes: [UInt8], _ place: TreePlace, _ hot: HotFolder) throws -> FileRecord? {
        var decoder = ByteDecoder(bytes, of: "the record of a place")
        guard try decoder.raw(min(magic.count, bytes.count)) == magic else { return nil }
        let facts = try [place.path, place.boot, place.mount].map { _ in try decoder.text(upTo: 1 << 16) }
        guard facts == [place.path, place.boot, place.mount].map({ Array($0.utf8) }),
            try decoder.number() == place.device
        else { return nil }
        let base = try decoder.text(upTo: 80)
        guard !base.isEmpty else { return try FileRecord(from: &decoder) }
        return HotTree(String(decoding: base, as: UTF8.self)).flatMap { hot.record(of: $0) }
    }

    /// Notes what is known of the files at a place.
    func write(_ record: FileRecord, of place: TreePlace) { write(place, base: nil) { try record.encode($0) } }

    /// Notes what is known of the files at a place, without a record in memory.
    ///
    /// `moment`: when they were looked at, before they were read.
    func write(
        _ files: some Collection<FileNote>, at moment: FileTime, content: (Int) -> FileContent, of place: TreePlace
    ) {
        write(place, base: nil) { try FileRecord.encode(files, at: moment, content: content, $0) }
    }

    /// Notes that a place has the files of a hot entry, with their inodes and times.
    func write(base: HotTree, of place: TreePlace) { write(place, base: base) { _ in } }

    /// Forgets what is known of a place.
    func forget(_ place: TreePlace) { _ = try? Files.remove(file(of: place)) }

    private func write(
        _ place: TreePlace, base: HotTree?,
        _ content: (_ take: @escaping (ArraySlice<UInt8>) throws -> Void) throws -> Void
    ) {
        var head = ByteEncoder()
        head.add(raw: Self.magic)
        for text in [place.path, place.boot, place.mount] { head.add(text.utf8) }
        head.add(place.device)
        head.add((base?.text ?? "").utf8)
        // Nobody misses a record: without it files are read.
        try? Files.makeDirectory(folder)
        try? Files.writeAtomically(to: file(of: place), mode: 0o600, isDurable: false) { take in
            try take(head.bytes[...])
            try content(take)
        }
        trim()
    }

    private func trim() {
        guard let names = try? Files.list(folder), names.count > Self.most else { return }
        let dated = names.map { name in
            ((try? Files.facts(folder.appending(name)))?.modified ?? 0, name)
        }
        for (_, name) in dated.sorted(by: <).dropLast(Self.most) { _ = try? Files.remove(folder.appending(name)) }
    }

    private func file(of place: TreePlace) -> FilePath { folder.appending(Digest.of(place.path).hex) }
}
