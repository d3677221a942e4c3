internal import BerthArchive
internal import BerthSystem

/// An entry as a tar stream, made while it is read: packs lie in another order than names, so folders come first, then
/// contents as their packs have them, then what spans packs, second names, and folders once more from the inside out.
///
/// At most two packs are in memory, whatever the entry's size. Blocks; for one thread at a time.
struct EntryTar {
    private enum Stage {
        /// Folders, links and empty files, by member.
        case names(Int)
        /// Packs, by their place in the share.
        case packs(Int)
        /// Files of several chunks, by their place in the share, and the next of its chunks.
        case large(Int, chunk: Int)
        /// Second names, by member.
        case seconds(Int)
        /// Folders with their own permissions and times: filling them changed both.
        case closing(Int)
        case done
    }

    private let layout: EntryLayout
    private let part: StreamPart
    private let share: ContentShare
    private let marker: [UInt8]?
    private let source: PackSource
    private var names: StreamNames
    private var stage: Stage
    private var files: PackFiles
    /// In an end, folders that come before what is in them: GNU tar makes a link that leads out of its folder when all else
    /// is there, and gives only folders that it knew by then their times afterwards.
    private var announced: Set<Int> = []
    private var buffer: [UInt8] = []
    /// What of the last content is still to come, and zeros behind it: a large one goes out in pieces.
    private var rest: (bytes: ArraySlice<UInt8>, zeros: Int) = ([], 0)
    private static let piece = 1 << 20

    /// Begins a stream; `roots` are the names of the trees' roots in it.
    ///
    /// `marker`: the name of an empty file that comes last, so that whoever unpacks knows that all of it came.
    init(_ layout: EntryLayout, _ part: StreamPart, roots: [[UInt8]], marker: [UInt8]?) throws {
        (self.layout, self.part, self.marker) = (layout, part, marker)
        names = StreamNames(layout.manifest, layout.index, roots: roots)
        source = try PackSource(layout.packs, layout.shelf)
        files = PackFiles(layout, source)
        var (mine, shares) = (0, 1)
        switch part {
        case .whole: stage = .names(0)
        case .end:
            stage = .names(0)
            announced = Set(layout.manifest.members.links.flatMap { layout.index.ancestors(of: $0) })
        case .contents(let share, let count): (mine, shares, stage) = (share, count, .packs(0))
        }
        share = ContentShare.deal(layout, of: shares)[mine]
    }

    private var manifest: TreeManifest { layout.manifest }

    /// Gives `take` the next bytes, about a mebibyte; nil behind the end.
    ///
    /// They lie in one buffer for all of the stream: memory that is new each time costs as much as filling it.
    mutating func next<Result: Sendable>(_ take: @Sendable ([UInt8]) throws -> Result) throws -> Result? {
        buffer.removeAll(keepingCapacity: true)
        while buffer.count < Self.piece {
            if addRest(Self.piece) { continue }
            if case .done = stage { break }
            try step()
        }
        return buffer.isEmpty ? nil : try take(buffer)
    }

    private mutating func step() throws {
        switch stage {
        case .names(let member):
            guard member < manifest.members.count else { return stage = part == .end ? .seconds(0) : .packs(0) }
            addName(member)
            stage = .names(member + 1)
        case .packs(let place): try stepPacks(place)
        case .large(let place, let chunk): try stepLarge(place, chunk)
        case .seconds(let member):
            guard member < manifest.members.count else { return stage = .closing(member - 1) }
            if case .sameFile(let first) = manifest.members[member].content {
                addHeader(member, .sameFile(as: names.name(of: first)))
            }
            stage = .seconds(member + 1)
        case .closing(let member):
            guard member >= 0 else { return end() }
            if manifest.members.isFolder(member) { addHeader(member, .folder) }
            stage = .closing(member - 1)
        case .done: return
        }
    }

    private mutating func end() {
        if let marker {
            let time = FileTime(seconds: 0, nanoseconds: 0)
            StreamMember(marker, .file(size: 0), permissions: 0o600, modified: time).appendHeader(to: &buffer)
        }
        buffer += StreamMember.end
        stage = .done
    }

    private mutating func addName(_ member: Int) {
        switch manifest.members[member].content {
        case .folder where part == .end && !announced.contains(member): return
        case .folder: addHeader(member, .folder, permissions: manifest.members.permissions(of: member) | 0o700)
        case .link(let target): addHeader(member, .link(to: Array(target)))
        case .file(let file) where file.chunks.isEmpty: addHeader(member, .file(size: 0))
        case .file, .sameFile: return
        }
    }

    private mutating func addHeader(_ member: Int, _ kind: StreamMember.Kind, permissions: UInt16? = nil) {
        let entry = manifest.members[member]
        // The owner does not come back, so what runs as the owner must not either.
        let mode = permissions ?? (kind == .folder ? entry.permissions : entry.permissions & 0o1777)
        StreamMember(names.name(of: member), kind, permissions: mode, modified: entry.modified)
            .appendHeader(to: &buffer)
    }
}

extension EntryTar {
    private mutating func stepPacks(_ place: Int) throws {
        guard place < share.packs.count else {
            try files.checkAll(of: share.packs)
            return stage = .large(0, chunk: 0)
        }
        guard let file = try files.next(in: share.packs[place]) else { return stage = .packs(place + 1) }
        addFile(file.member, file.bytes)
    }

    private mutating func stepLarge(_ place: Int, _ chunk: Int) throws {
        guard place < share.large.count else {
            source.keep()
            return part == .whole ? (stage = .seconds(0)) : end()
        }
        let goesOn = try addLarge(share.large[place], chunk)
        stage = goesOn ? .large(place, chunk: chunk + 1) : .large(place + 1, chunk: 0)
    }

    private mutating func addFile(_ member: Int, _ bytes: ArraySlice<UInt8>) {
        guard case .file(let file) = manifest.members[member].content else { return }
        addHeader(member, .file(size: Int64(bytes.count)))
        add(bytes, stamp: file.stamp, zeros: StreamMember.padding(Int64(bytes.count)))
    }

    /// Adds one chunk of a file that has several; false behind its last one.
    private mutating func addLarge(_ member: Int, _ position: Int) throws -> Bool {
        guard case .file(let file) = manifest.members[member].content else { return false }
        let size = manifest.size(of: file)
        guard position < file.chunks.count else { return false }
        if position == 0 { addHeader(member, .file(size: size)) }
        let chunk = file.chunks[file.chunks.startIndex + position]
        let bytes = try source.read(layout.places[chunk])
        guard bytes.count == manifest.chunks[chunk].size else { throw ContentPlaces.lacks(manifest.chunks[chunk]) }
        let isLast = position == file.chunks.count - 1
        add(bytes, stamp: position == 0 ? file.stamp : nil, zeros: isLast ? StreamMember.padding(size) : 0)
        return true
    }

    private mutating func add(_ bytes: ArraySlice<UInt8>, stamp: UInt32?, zeros: Int) {
        var stamped: [UInt8] = []
        if let stamp {
            stamped = Array(bytes)
            ByteCode.putStamp(stamp, into: &stamped)
        }
        rest = (stamp == nil ? bytes : stamped[...], zeros)
        if bytes.count <= Self.piece { _ = addRest(.max) }
    }

    /// Adds at most so many bytes of what is still to come; false where nothing is.
    private mutating func addRest(_ most: Int) -> Bool {
        guard !rest.bytes.isEmpty else { return false }
        let next = rest.bytes.prefix(most)
        buffer += next
        guard next.count == rest.bytes.count else {
            rest.bytes = rest.bytes.dropFirst(next.count)
            return true
        }
        buffer += repeatElement(0, count: rest.zeros)
        // The source writes over its bytes, unless somebody holds them.
        rest = ([], 0)
        return true
    }
}
