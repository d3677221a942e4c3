internal import BerthArchive
internal import BerthSystem
internal import Foundation

/// Takes the members of one package: folders are noted, files and links written, and what fix-ups need is kept.
struct FragmentRecorder: MemberSink, ~Copyable {
    var fragment = Fragment()
    /// The newest time that a member may have.
    var clamp = Int64.max
    /// Whether npm packages inside this one are noted.
    var findsBundled = false
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
        guard !"/\(member.path)".contains("/.wh.") else {
            throw BerthError(.damaged, "\(member.path) would delete files of lower layers", place: fragment.name)
        }
        if member.kind == .directory { return note(folder: member) }
        if case .hardlink(let target) = member.kind, !seen.contains(target) {
            throw BerthError(
                .damaged, "\(member.path) is a hard link to \(target), which does not come before it",
                place: fragment.name)
        }
        fragment.paths.append(member.path)
        fragment.newest = max(fragment.newest, member.modified)
        fragment.unpacked = fragment.unpacked + ByteCount(member.size)
        if member.mode & 0o6000 != 0 { fragment.privileged.append(member.path) }
        if case .symlink(let target) = member.kind { note(link: member.path, target) }
        try tar.begin(member)
        observer = ContentObserver(
            member, of: String(fragment.name.prefix { $0 != " " }), findsBundled: findsBundled)
    }

    mutating func append(_ bytes: RawSpan) throws {
        observer?.see(bytes)
        try tar.append(bytes)
    }

    /// Ends the member that is being written: what fix-ups need of it can be asked for.
    mutating func endMember() { closeObserver() }

    /// Ends the run; the record is complete.
    mutating func finish() throws -> Fragment {
        closeObserver()
        try checkFolders()
        try tar.completeMember()
        try tar.sink.finish()
        fragment.chunks = tar.sink.chunks
        return fragment
    }

    /// A file or link in the place of a folder would let members below it be written elsewhere.
    ///
    /// A folder for each of a thousand long paths is far more than anybody ships, and than memory holds.
    private func checkFolders() throws {
        let files = Set(fragment.paths)
        let paths = (fragment.paths + fragment.folders.map(\.path)).inWalkOrder
        for (path, next) in zip(paths, paths.dropFirst()) where next.isWithin(path) && files.contains(path) {
            throw BerthError(
                .damaged, "\(path) is a folder and also a file or link", place: fragment.name)
        }
        guard paths.folderBytes <= ArchiveLimits.names else {
            throw BerthError(
                .damaged, "its folders' names take more than \(ByteCount(ArchiveLimits.names))",
                place: fragment.name, remedy: "choose another version")
        }
    }

    private mutating func note(link path: ArchivePath, _ target: String) {
        if LibraryName.matches(path.name) { fragment.libraries.append(SharedLibrary(path: path, soname: nil)) }
        guard let name = StatementFile.standIn(path, target: target) else { return }
        var statement = PackageStatement()
        statement.standIn = name
        note(statement)
    }

    private mutating func note(_ statement: PackageStatement) {
        fragment.statement = fragment.statement ?? PackageStatement()
        fragment.statement?.add(statement)
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
        if let statement = ended.statement { note(statement) }
        if let bundled = ended.bundled { fragment.bundled = (fragment.bundled ?? []) + [bundled] }
        if let library = ended.library { fragment.libraries.append(library) }
    }
}
