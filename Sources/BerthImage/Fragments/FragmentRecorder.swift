internal import BerthArchive
internal import BerthSystem
internal import Foundation

/// Takes the members of one package: folders are noted, files and links written, and what fix-ups need is kept.
struct FragmentRecorder: MemberSink, ~Copyable {
    var fragment = Fragment()
    /// The newest time that a member may have.
    var clamp = Int64.max
    private var tar: TarWriter<FragmentWriter>
    private var observer: ContentObserver?
    private var seen: Set<ArchivePath> = []

    init(_ writer: consuming FragmentWriter) { tar = TarWriter(writer) }

    mutating func begin(_ member: TreeMember) throws {
        closeObserver()
        var member = member
        member.modified = max(0, min(member.modified, clamp))
        guard seen.insert(member.path).inserted || member.kind == .directory else {
            throw BerthError(.damaged, "the package holds \(member.path) twice", place: fragment.name)
        }
        if member.kind == .directory { return note(folder: member) }
        guard !member.path.name.hasPrefix(".wh.") else {
            throw BerthError(.damaged, "\(member.path) would delete files of lower layers", place: fragment.name)
        }
        fragment.paths.append(member.path)
        fragment.newest = max(fragment.newest, member.modified)
        fragment.unpacked = fragment.unpacked + ByteCount(member.size)
        if member.mode & 0o6000 != 0 { fragment.privileged.append(member.path) }
        if case .symlink = member.kind, LibraryName.matches(member.path.name) {
            fragment.libraries.append(SharedLibrary(path: member.path, soname: nil))
        }
        try tar.begin(member)
        observer = ContentObserver(member)
    }

    mutating func append(_ bytes: RawSpan) throws {
        observer?.see(bytes)
        try tar.append(bytes)
    }

    /// Ends the run; the record is complete.
    mutating func finish() throws -> Fragment {
        closeObserver()
        try tar.completeMember()
        try tar.sink.finish()
        fragment.chunks = tar.sink.chunks
        return fragment
    }

    private mutating func note(folder member: TreeMember) {
        guard !fragment.folders.contains(where: { $0.path == member.path }) else { return }
        fragment.folders.append(
            .init(path: member.path, mode: member.mode, owner: member.owner, modified: member.modified))
    }

    private mutating func closeObserver() {
        guard let ended = observer else { return }
        observer = nil
        if let contents = ended.captured { fragment.captured["\(ended.path)"] = Data(contents) }
        if let library = ended.library { fragment.libraries.append(library) }
    }
}
