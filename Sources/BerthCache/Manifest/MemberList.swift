internal import BerthSystem

/// The members of trees, packed: their names, link targets and chunk numbers stand in one array each, so that a tree of
/// 400,000 files takes some 25 MB, and not ten times as much.
///
/// A member that is read shares these arrays: whoever changes a list holds none of its members, or the arrays are copied.
package struct MemberList: Sendable {
    /// What of a member has a fixed size.
    struct Row {
        let modified: FileTime
        /// Its name begins where that of the member before ends.
        var nameEnd: UInt32
        /// Where a link's target or a file's chunk numbers begin; the first name's place for a second one.
        var start: UInt32
        /// Bytes of the target, or chunks.
        var count: UInt32
        /// 0 where it has none.
        var stamp: UInt32 = 0
        let depth: UInt16
        let permissions: UInt16
        var kind: Kind
        var hasStamp = false
        let isSparse: Bool

        /// Follows what it refers to, in each of the arrays.
        mutating func move(by shifts: (names: Int, targets: Int, chunks: Int, members: Int)) {
            nameEnd = UInt32(Int(nameEnd) + shifts.names)
            switch kind {
            case .folder: break
            case .file: start = count == 0 ? 0 : UInt32(Int(start) + shifts.chunks)
            case .link: start = count == 0 ? 0 : UInt32(Int(start) + shifts.targets)
            case .sameFile: start = UInt32(Int(start) + shifts.members)
            }
        }
    }

    enum Kind: UInt8 { case folder, file, link, sameFile }

    private(set) var rows: [Row] = []
    private(set) var names: [UInt8] = []
    private(set) var targets: [UInt8] = []
    private(set) var chunks: [Int] = []

    package init() {}

    package init(_ members: some Sequence<TreeManifest.Member>) { for member in members { append(member) } }

    /// Makes room for so many members, and for names of usual length.
    mutating func reserveCapacity(_ count: Int) {
        rows.reserveCapacity(count)
        names.reserveCapacity(count * 16)
    }

    /// Adds a member behind the others.
    package mutating func append(_ member: TreeManifest.Member) {
        names += member.name
        var (kind, start, count, stamp, isSparse): (Kind, Int, Int, UInt32?, Bool) = (.folder, 0, 0, nil, false)
        switch member.content {
        case .folder: break
        case .file(let file):
            (kind, start, count) = (.file, chunks.count, file.chunks.count)
            (stamp, isSparse) = (file.stamp, file.isSparse)
            chunks += file.chunks
        case .link(let target):
            (kind, start, count) = (.link, targets.count, target.count)
            targets += target
        case .sameFile(let first): (kind, start) = (.sameFile, first)
        }
        rows.append(
            Row(
                modified: member.modified, nameEnd: UInt32(names.count), start: UInt32(start), count: UInt32(count),
                stamp: stamp ?? 0, depth: UInt16(member.depth), permissions: member.permissions, kind: kind,
                hasStamp: stamp != nil, isSparse: isSparse))
    }

    /// Adds the members of another list behind these.
    mutating func append(_ other: MemberList) { append(other, 0..<other.count) }

    /// Adds some members of another list behind these; second names among them must be of others among them.
    mutating func append(_ other: MemberList, _ range: Range<Int>) {
        guard !range.isEmpty else { return }
        let (names, targets, chunks) = (other.names(of: range), other.extent(.link, range), other.extent(.file, range))
        let first = rows.count
        let shifts = (
            names: self.names.count - names.lowerBound, targets: self.targets.count - targets.lowerBound,
            chunks: self.chunks.count - chunks.lowerBound, members: first - range.lowerBound
        )
        rows += other.rows[range]
        var moved = rows.mutableSpan
        for position in first..<first + range.count { moved[position].move(by: shifts) }
        self.names += other.names[names]
        self.targets += other.targets[targets]
        self.chunks += other.chunks[chunks]
    }

    /// Where the names of some members stand.
    private func names(of range: Range<Int>) -> Range<Int> {
        nameStart(range.lowerBound)..<(range.last.map { Int(rows[$0].nameEnd) } ?? nameStart(range.lowerBound))
    }

    func nameStart(_ position: Int) -> Int { position == 0 ? 0 : Int(rows[position - 1].nameEnd) }

    /// Where all that some members of a kind have in the array of that kind stands.
    private func extent(_ kind: Kind, _ range: Range<Int>) -> Range<Int> {
        var (low, high) = (Int.max, 0)
        for row in rows[range] where row.kind == kind && row.count > 0 {
            low = Swift.min(low, Int(row.start))
            high = Swift.max(high, Int(row.start) + Int(row.count))
        }
        return low < high ? low..<high : 0..<0
    }

    /// Makes a file without chunks a second name of one before it.
    mutating func setSecondName(of first: Int, at position: Int) {
        (rows[position].kind, rows[position].start, rows[position].count) = (.sameFile, UInt32(first), 0)
    }

    /// Gives a file that has none its chunks, and the time that its header had.
    mutating func setChunks(_ numbers: some Collection<Int>, stamp: UInt32?, of position: Int) {
        rows[position].start = UInt32(chunks.count)
        rows[position].count = UInt32(numbers.count)
        rows[position].stamp = stamp ?? 0
        rows[position].hasStamp = stamp != nil
        chunks += numbers
    }

    /// 0 for the first of a tree, without the rest of the member.
    func depth(of position: Int) -> Int { Int(rows[position].depth) }

    /// Its name, without the rest of the member.
    func name(of position: Int) -> ArraySlice<UInt8> {
        names[nameStart(position)..<Int(rows[position].nameEnd)]
    }

    /// The lower twelve bits of its mode, without the rest of the member.
    func permissions(of position: Int) -> UInt16 { rows[position].permissions }

    /// When it was modified, without the rest of the member.
    func modified(of position: Int) -> FileTime { rows[position].modified }

    /// The first member of each tree.
    var roots: [Int] { rows.indices.filter { rows[$0].depth == 0 } }

    /// Members that are links.
    var links: [Int] { rows.indices.filter { rows[$0].kind == .link } }

    /// Whether it is a folder, without the rest of the member.
    func isFolder(_ position: Int) -> Bool { rows[position].kind == .folder }

    /// Whether it is a file by its first name, without the rest of the member.
    func isFile(_ position: Int) -> Bool { rows[position].kind == .file }

    /// A file's chunks, without the rest of the member; none of all that is no file.
    func chunks(of position: Int) -> ArraySlice<Int> {
        let row = rows[position]
        return row.kind == .file ? chunks[Int(row.start)..<Int(row.start) + Int(row.count)] : []
    }

    /// The first name of what is a second one.
    func firstName(of position: Int) -> Int? { rows[position].kind == .sameFile ? Int(rows[position].start) : nil }

    /// How many chunks a file has, without the rest of the member; 0 for all that is no file.
    func chunkCount(of position: Int) -> Int { rows[position].kind == .file ? Int(rows[position].count) : 0 }

    /// The names in a folder.
    func names(in folder: Int) -> Set<ArraySlice<UInt8>> {
        var names: Set<ArraySlice<UInt8>> = []
        var member = folder + 1
        while member < rows.count, rows[member].depth > rows[folder].depth {
            if rows[member].depth == rows[folder].depth + 1 { names.insert(name(of: member)) }
            member += 1
        }
        return names
    }
}

extension MemberList: RandomAccessCollection {
    package var startIndex: Int { 0 }
    package var endIndex: Int { rows.count }

    package subscript(position: Int) -> TreeManifest.Member {
        let row = rows[position]
        return TreeManifest.Member(
            name: name(of: position), depth: Int(row.depth), permissions: row.permissions,
            modified: row.modified, content: content(row))
    }

    private func content(_ row: Row) -> TreeManifest.Content {
        let (start, end) = (Int(row.start), Int(row.start) + Int(row.count))
        return switch row.kind {
        case .folder: .folder
        case .file:
            .file(.init(chunks: chunks[start..<end], stamp: row.hasStamp ? row.stamp : nil, isSparse: row.isSparse))
        case .link: .link(targets[start..<end])
        case .sameFile: .sameFile(as: start)
        }
    }
}

extension MemberList: Equatable {
    package static func == (left: MemberList, right: MemberList) -> Bool { left.elementsEqual(right) }
}
