internal import BerthStore
internal import BerthSystem

/// What is known of the files of trees that were saved or restored: from a record of their own, or else from that of the
/// whole tree, which takes its place where a save or a restore knows all of a tree.
///
/// Derived: without a record, a save reads all files.
struct PlaceRecords: Sendable {
    private let files: PlaceFiles
    private let hot: HotFolder
    private let trees: TreeRecords

    init(_ store: Store) {
        (hot, trees) = (HotFolder(store), TreeRecords(store))
        files = PlaceFiles(folder: hot.root.appending("places"), magic: Array("BERTHFILES1".utf8))
    }

    /// What is known of the files at a place; nil where nothing is.
    func read(_ place: TreePlace) -> FileRecord? {
        if let record = readFiles(place) { return record }
        return trees.read(place).flatMap { try? FileRecord($0) }
    }

    /// What is known of the files at a place, if that is not a record of the tree.
    func readFiles(_ place: TreePlace) -> FileRecord? {
        guard var decoder = files.read(place, of: "the record of a place"),
            let base = try? decoder.text(upTo: 80)
        else { return nil }
        guard !base.isEmpty else { return try? FileRecord(from: &decoder) }
        return HotTree(String(decoding: base, as: UTF8.self)).flatMap { hot.record(of: $0) }
    }

    /// Notes what is known of the files at a place.
    func write(_ record: FileRecord, of place: TreePlace) { write(place, base: nil) { try record.encode($0.add) } }

    /// Notes what is known of the files at a place, without a record in memory.
    ///
    /// `moment`: when they were looked at, before they were read.
    func write(
        _ files: some Collection<FileNote>, at moment: FileTime, content: (Int) -> FileContent, of place: TreePlace
    ) {
        write(place, base: nil) { try FileRecord.encode(files, at: moment, content: content, $0.add) }
    }

    /// Notes what a tree looks like and what its files hold; the place is one that keeps the times of folders.
    ///
    /// Returns whether that stands there now.
    @discardableResult
    func write(_ head: TreeRecord.Head, _ body: RecordedBody, of place: TreePlace) -> Bool {
        guard trees.write(head, body, of: place) else { return false }
        files.remove(place)
        return true
    }

    /// Notes that a place has the files of a hot entry, with their inodes and times.
    func write(base: HotTree, of place: TreePlace) { write(place, base: base) { _ in } }

    private func write(
        _ place: TreePlace, base: HotTree?,
        _ content: (PlaceOutput) throws -> Void
    ) {
        var head = ByteEncoder()
        head.add((base?.text ?? "").utf8)
        files.write(place) { output in
            try output.add(head.bytes[...])
            try content(output)
        }
    }
}
