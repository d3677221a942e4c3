package import BerthArchive
internal import BerthLockfiles
internal import BerthSystem
package import SystemPackage

/// A wheel that was opened and understood: nothing of it has been used yet.
///
/// The zip can be read in one way only, the metadata fit the file's name, and `RECORD` lists exactly its files; the
/// files' hashes are compared while `readFiles` streams them (PEP 427, PEP 376; quality.md §5.1, rows 20 to 25).
package struct WheelArchive: Sendable {
    package let name: WheelFileName
    /// The project's name as its METADATA spells it.
    package let project: String
    /// The version as its METADATA spells it.
    package let version: String
    /// Its METADATA, for those who ask for licence and author.
    package let metadata: String
    /// The newest date of its entries, seconds since 1970.
    package let modified: Int64

    let path: FilePath
    let entries: [ArchivePath: ZipEntry]
    let record: WheelRecord
    let scripts: [EntryPoints.Script]
    let isPure: Bool
    /// `{project}-{version}.dist-info`.
    let metadataFolder: ArchivePath
    let limits: ArchiveLimits

    /// Opens the file at `path`, whose own name may be a digest, as the wheel `fileName`; throws `.damaged`.
    package init(_ path: FilePath, fileName: String, limits: ArchiveLimits = ArchiveLimits()) throws {
        guard let name = WheelFileName(fileName) else {
            throw BerthError(.damaged, "\(fileName.escaped) is not the file name of a wheel", place: path.string)
        }
        do {
            let directory = try ZipDirectory(path, limits: limits)
            let files = directory.entries.filter { !$0.isDirectory }
            entries = Dictionary(files.map { ($0.path, $0) }) { first, _ in first }
            metadataFolder = try Self.metadataFolder(of: name, in: files)
            let texts = try WheelTexts(path, folder: metadataFolder, limits: limits)
            record = try WheelRecord(texts.required("RECORD"))
            isPure = try WheelTexts.checkFormat(texts.required("WHEEL"))
            metadata = try texts.required("METADATA")
            (project, version) = try Self.identity(metadata, name)
            scripts = try texts["entry_points.txt"].map { try EntryPoints($0).scripts } ?? []
            modified = files.map(\.modified).max() ?? 0
            (self.path, self.name, self.limits) = (path, name, limits)
            try checkRecordIsComplete()
        } catch {
            throw Self.refusal(fileName, path, error)
        }
    }

    /// An error of reading as one of the wheel.
    static func refusal(_ fileName: String, _ path: FilePath, _ error: any Error) -> BerthError {
        if let known = error as? BerthError, known.status != .damaged { return known }
        let what = (error as? BerthError)?.what ?? "\(error)"
        return BerthError(
            .damaged, "the wheel \(fileName) is refused: \(what.escaped)", place: path.string,
            done: "nothing of it was used",
            remedy: "if it is not the file that the index serves, remove it and lock again; else choose another version"
        )
    }

    /// The one folder of metadata, named for the project and version that the file's name says.
    private static func metadataFolder(of name: WheelFileName, in files: [ZipEntry]) throws -> ArchivePath {
        let tops = Set(files.compactMap { $0.path.ancestors.first }.filter { $0.description.hasSuffix(".dist-info") })
        guard let folder = tops.first, tops.count == 1 else {
            throw WheelFault("it holds \(tops.count) folders named .dist-info where one is expected")
        }
        let parts = folder.description.dropLast(".dist-info".count).split(separator: "-", maxSplits: 1)
        guard parts.count == 2, PythonName.normalised(parts[0]) == name.project, PythonVersion(parts[1]) == name.version
        else { throw WheelFault("its folder \(folder) is that of another package") }
        return folder
    }

    private static func identity(_ metadata: String, _ name: WheelFileName) throws -> (String, String) {
        guard let project = WheelTexts.field("Name", of: metadata),
            let version = WheelTexts.field("Version", of: metadata)
        else { throw WheelFault("METADATA lacks Name or Version") }
        guard PythonName.normalised(project) == name.project, PythonName.isValid(project) else {
            throw WheelFault("METADATA says it is the project \(project)")
        }
        guard PythonVersion(version) == name.version else { throw WheelFault("METADATA says it is version \(version)") }
        return (project, version)
    }

    /// Each file is listed with a hash, each line has its file; only RECORD and its signatures go without.
    private func checkRecordIsComplete() throws {
        for path in entries.keys.sorted() where !isUnhashed(path) {
            guard let promise = record.promises[path] else { throw WheelFault("RECORD does not list \(path)") }
            guard promise != nil else { throw WheelFault("RECORD gives \(path) no hash") }
        }
        for path in record.promises.keys.sorted() where entries[path] == nil && !isUnhashed(path) {
            throw WheelFault("RECORD lists \(path), which is not in the wheel")
        }
    }

    /// RECORD can't hold its own hash, nor those of the signatures over it.
    func isUnhashed(_ path: ArchivePath) -> Bool {
        path.parent == metadataFolder && ["RECORD", "RECORD.jws", "RECORD.p7s"].contains(path.name)
    }
}
