internal import BerthArchive
internal import BerthSystem
internal import SystemPackage

/// Where a tree lies, for a record that is good for that place alone: its real path, in one mount, during one boot.
struct TreePlace: Sendable, Equatable {
    let path: String
    let boot: String
    let mount: String
    let device: UInt64
    /// Whether a folder there that looks the same has the same names in it.
    let keepsFolderTimes: Bool

    init(path: String, boot: String, mount: String, device: UInt64, keepsFolderTimes: Bool = true) {
        (self.path, self.boot, self.mount, self.device) = (path, boot, mount, device)
        self.keepsFolderTimes = keepsFolderTimes
    }

    /// Nil where nobody can say what is mounted there, or where another machine may change it.
    init?(_ name: Folder.Name, in parent: Folder) {
        guard let facts = try? parent.facts(name), let above = parent.realPath else { return nil }
        let root = facts.kind == .folder ? try? parent.folder(name) : parent
        // The root itself may be mounted.
        guard let root, let mount = root.mountIdentity, let real = root.realPath else { return nil }
        let kind = FileSystemKind(at: FilePath(real))
        guard kind?.isShared != true else { return nil }
        path = above + "/" + name.string
        keepsFolderTimes = kind?.keepsFolderTimes ?? false
        (boot, self.mount, device) = (Machine.bootIdentity, mount, facts.device)
    }
}

/// A folder with one file for each place, of what is known of it; the oldest are dropped where there are too many.
///
/// Derived: nobody misses one. It is written aside and renamed, but nobody waits for the disk; so the checksum of all that
/// stands before ends it, for what half came to the disk must not be believed. No digest: what is noted is good for one boot,
/// who can write there can write the store, and each save would wait for it.
struct PlaceFiles: Sendable {
    let folder: FilePath
    /// What a file begins with.
    let magic: [UInt8]

    private static let most = 64
    private static let limit = 256 << 20

    /// What stands of a place; nil where nothing does, or it was noted in another mount or boot.
    func read(_ place: TreePlace, of subject: String) -> ByteDecoder? {
        guard var bytes = try? Files.read(file(of: place), limit: Self.limit), Self.takeSum(&bytes) else { return nil }
        var decoder = ByteDecoder(bytes, of: subject)
        guard (try? isOf(place, &decoder)) == true else { return nil }
        // What is used stays longest.
        Files.touch(file(of: place))
        return decoder
    }

    /// Takes the checksum away from the end; whether it was that of all before.
    private static func takeSum(_ bytes: inout [UInt8]) -> Bool {
        guard bytes.count > sumSize else { return false }
        // No slice: it would share the bytes, and then they were copied.
        let noted = Array(bytes.suffix(sumSize))
        bytes.removeLast(sumSize)
        var sum = CRC32()
        sum.update(bytes.span.bytes)
        return ending(sum) == noted
    }

    /// Bytes of a checksum.
    static let sumSize = 4

    /// A checksum as it stands at the end, the lowest byte first.
    static func ending(_ sum: CRC32) -> [UInt8] { [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: sum.value >> $0) } }

    private func isOf(_ place: TreePlace, _ decoder: inout ByteDecoder) throws -> Bool {
        guard try decoder.raw(min(magic.count, decoder.bytes.count)) == magic else { return false }
        let texts = try [place.path, place.boot, place.mount].map { _ in try decoder.text(upTo: 1 << 16) }
        guard texts == [place.path, place.boot, place.mount].map({ Array($0.utf8) }) else { return false }
        return try decoder.number() == place.device
    }

    /// Writes what is known of a place; returns whether it stands there now.
    @discardableResult
    func write(_ place: TreePlace, _ content: (PlaceOutput) throws -> Void) -> Bool {
        do {
            try Files.makeDirectory(folder)
            try Files.writeAtomically(to: file(of: place), mode: 0o600, isDurable: false) { take in
                let output = PlaceOutput(take)
                try output.add(head(of: place)[...])
                try content(output)
                try output.end()
            }
        } catch { return false }
        trim()
        return true
    }

    private func head(of place: TreePlace) -> [UInt8] {
        var head = ByteEncoder()
        head.add(raw: magic)
        for text in [place.path, place.boot, place.mount] { head.add(text.utf8) }
        head.add(place.device)
        return head.bytes
    }

    /// Forgets what stands of a place.
    func remove(_ place: TreePlace) { _ = try? Files.remove(file(of: place)) }

    private func trim() {
        guard let names = try? Files.list(folder), names.count > Self.most else { return }
        let dated = names.map { name in
            ((try? Files.facts(folder.appending(name)))?.modified ?? 0, name)
        }
        for (_, name) in dated.sorted(by: <).dropLast(Self.most) { _ = try? Files.remove(folder.appending(name)) }
    }

    private func file(of place: TreePlace) -> FilePath { folder.appending(Digest.of(place.path).hex) }
}

/// Writes a place's file, with the checksum of it at its end.
final class PlaceOutput {
    private let take: (ArraySlice<UInt8>) throws -> Void
    private var sum = CRC32()

    init(_ take: @escaping (ArraySlice<UInt8>) throws -> Void) { self.take = take }

    func add(_ bytes: ArraySlice<UInt8>) throws {
        sum.update(bytes.span.bytes)
        try take(bytes)
    }

    fileprivate func end() throws { try take(PlaceFiles.ending(sum)[...]) }
}
