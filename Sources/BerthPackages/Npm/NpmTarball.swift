package import BerthArchive
internal import BerthDocument
internal import BerthSystem
package import SystemPackage

/// An npm package's tarball that was opened and understood: nothing of it has been used yet.
///
/// Its first folder, whatever it is called, is taken off; links are left out; names that lead outside, are too long
/// or differ in case only are refused (images.md §4.1).
package struct NpmTarball: Sendable {
    /// What npm packages hold at most: the largest known unfold to some hundred MiB.
    package static let usualLimits = ArchiveLimits(entries: 200_000, entrySize: 1 << 30, totalSize: 4 << 30)
    /// The largest `package.json` that is read, in bytes.
    private static let longestManifest = 8 << 20

    /// What its `package.json` says.
    package let manifest: NpmManifest
    /// Its `package.json` without a byte order mark, for those who ask for licence and author.
    package let packageJSON: [UInt8]
    /// The newest date of its files, seconds since 1970.
    package let modified: Int64
    /// Links that it holds and that are not installed, sorted.
    package let dropped: [ArchivePath]
    /// What npm would run: names of scripts, or `binding.gyp`.
    let scripts: [String]
    let path: FilePath
    let files: NpmTarballFiles
    let limits: ArchiveLimits
    private let label: String

    /// Opens the file at `path`, whose own name may be a digest; throws `.damaged`.
    ///
    /// `label` names the package in messages.
    package init(_ path: FilePath, label: String, limits: ArchiveLimits = usualLimits) throws {
        do {
            var files = NpmTarballFiles()
            var json: [UInt8]?
            var reader = try ArchiveReader(.tar, path, limits: limits)
            while let entry = try reader.next() {
                guard try files.take(entry.member)?.description == "package.json" else { continue }
                json = try reader.readAll(limit: Self.longestManifest)
            }
            try files.check()
            guard var json else { throw NpmTarballFault("it has no package.json") }
            if json.starts(with: [0xEF, 0xBB, 0xBF]) { json.removeFirst(3) }
            packageJSON = json
            (manifest, scripts) = try Self.read(json, hasBindings: files["binding.gyp"] != nil)
            modified = max(0, files.all.map(\.modified).max() ?? 0)
            dropped = files.dropped.sorted()
            (self.path, self.files, self.limits, self.label) = (path, files, limits, label)
        } catch {
            throw Self.refusal(label, path, error)
        }
    }

    private static func read(_ json: [UInt8], hasBindings: Bool) throws -> (NpmManifest, [String]) {
        let root: DocumentNode
        do {
            root = try JSONDocument(json, file: "package.json", repeated: .lastCounts).root
        } catch { throw NpmTarballFault(error.faults.first?.description ?? "its package.json is not JSON") }
        guard let manifest = NpmManifest(root) else { throw NpmTarballFault("package.json lacks name or version") }
        var scripts = NpmScripts.run(atInstall: root)
        // npm compiles what has bindings, unless the package says how, or that it must not.
        let isOwn = scripts.contains("install") || scripts.contains("preinstall")
        if hasBindings, !isOwn, root["gypfile"]?.text != "false" { scripts.append("binding.gyp") }
        return (manifest, scripts)
    }

    /// An error of reading as one of the tarball.
    static func refusal(_ label: String, _ path: FilePath, _ error: any Error) -> BerthError {
        if let known = error as? BerthError, known.status != .damaged { return known }
        let what = (error as? BerthError)?.what ?? "\(error)"
        return BerthError(
            .damaged, "the npm package \(label.escaped) is refused: \(what.escaped)", place: path.string,
            done: "nothing of it was used",
            remedy: "if it is not the file that the registry serves, remove it and lock again; else choose another "
                + "version")
    }

    /// Streams each file that counts, in the archive's order.
    func readFiles(
        _ take: (NpmTarballFiles.File, (_ body: (RawSpan) throws -> Void) throws -> Void) throws -> Void
    ) throws {
        do {
            var reader = try ArchiveReader(.tar, path, limits: limits)
            var number = 0
            while try reader.next() != nil {
                number += 1
                guard let file = files.counting(number) else { continue }
                try take(file) { body in try reader.readContents(body) }
            }
        } catch let error as NpmTarballFault {
            throw Self.refusal(label, path, error)
        } catch let error as BerthError where error.status == .damaged {
            throw Self.refusal(label, path, error)
        }
    }
}

/// Why a tarball is refused.
struct NpmTarballFault: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
