internal import BerthArchive
internal import BerthSystem

/// A member that no package ships.
struct GeneratedMember: Sendable {
    var member: TreeMember
    var bytes: [UInt8] = []

    init(_ member: TreeMember, _ bytes: [UInt8] = []) {
        self.member = member
        self.bytes = bytes
    }
}

/// The files, folders and links that Berth itself adds to an image; written in the order of their paths.
struct GeneratedTree {
    private(set) var members: [ArchivePath: GeneratedMember] = [:]
    private var latest: ArchivePath?
    /// The time of all of them, in seconds since 1970.
    let date: Int64

    init(date: Int64) { self.date = date }

    mutating func file(
        _ path: ArchivePath, _ bytes: [UInt8], mode: UInt16 = 0o644, owner: TreeMember.Owner = .root
    ) {
        put(TreeMember(path, .file(size: Int64(bytes.count)), mode: mode, owner: owner, modified: date), bytes)
    }

    mutating func file(_ path: ArchivePath, _ text: String, mode: UInt16 = 0o644, owner: TreeMember.Owner = .root) {
        file(path, Array(text.utf8), mode: mode, owner: owner)
    }

    mutating func folder(_ path: ArchivePath, mode: UInt16 = 0o755, owner: TreeMember.Owner = .root) {
        put(TreeMember(path, .directory, mode: mode, owner: owner, modified: date))
    }

    mutating func link(_ path: ArchivePath, to target: String) {
        put(TreeMember(path, .symlink(target: target), mode: 0o777, modified: date))
    }

    /// Text of a file made before, for a fix-up that adds to it.
    func text(_ path: ArchivePath) -> String {
        String(decoding: members[path]?.bytes ?? [], as: UTF8.self)
    }

    mutating func put(_ member: TreeMember, _ bytes: [UInt8] = []) {
        members[member.path] = GeneratedMember(member, bytes)
    }

    /// All members, parents before what lies in them.
    var ordered: [GeneratedMember] { members.values.sorted { $0.member.path < $1.member.path } }
}

/// Other writers of members, such as the virtual environment, may add to the tree.
extension GeneratedTree: MemberSink {
    mutating func begin(_ member: TreeMember) throws {
        put(member)
        latest = member.path
    }

    mutating func append(_ bytes: RawSpan) throws {
        guard let latest else { return }
        unsafe bytes.withUnsafeBytes { unsafe members[latest]?.bytes.append(contentsOf: $0) }
    }
}

/// One thing that maintainer scripts would have done, done without running them (images.md §2.3).
protocol Fixup: Sendable {
    /// Adds what is missing; leaves alone what the image's packages make unnecessary.
    func apply(_ packages: PackageSet, to tree: inout GeneratedTree) throws
}
