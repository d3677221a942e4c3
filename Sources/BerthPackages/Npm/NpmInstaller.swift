package import BerthArchive
internal import BerthSystem

/// Installs a tarball into an image, by hand and without running npm or a script of the package.
package struct NpmInstaller: Sendable {
    /// npm looks no further for the end of a program's first line, in bytes.
    private static let longestShebang = 2048

    package let layout: NpmLayout
    /// Packages whose scripts may be left out, each with the reason why that is fine.
    package let allowedScripts: [String: String]

    package init(layout: NpmLayout, allowedScripts: [String: String] = [:]) {
        (self.layout, self.allowedScripts) = (layout, allowedScripts)
    }

    /// Writes the package's files, then the links to its commands, always in the same order; no folders.
    ///
    /// `modified` (seconds since 1970) becomes the date of all members; nil takes the newest of the tarball's own.
    /// Throws `.usage` for a package whose scripts are not allowed to be left out. When this throws, drop what was
    /// written.
    package func install(
        _ tarball: NpmTarball, as package: NpmPackage, modified: Int64? = nil,
        into sink: inout some MemberSink & ~Copyable
    ) throws {
        if !tarball.scripts.isEmpty, allowedScripts[package.name] == nil {
            throw NpmScripts.refusal([package.label], of: package.name, scripts: tarball.scripts)
        }
        let date = modified ?? tarball.modified
        let folder = layout.folder(of: package.location)
        let bins = package.bins ?? tarball.manifest.bins
        let programs = Set((bins + tarball.manifest.bins).map(\.path))
        try tarball.readFiles { file, read in
            let path = try Self.checked(file.path.below(folder))
            if programs.contains(file.path) {
                try program(path, file, date, read, &sink)
            } else {
                try sink.begin(TreeMember(path, .file(size: file.size), mode: Self.mode(file), modified: date))
                try read { try sink.append($0) }
            }
        }
        let commands = layout.commands(of: package)
        for bin in bins.sorted(by: { $0.command.utf8.lexicographicallyPrecedes($1.command.utf8) })
        where tarball.files[bin.path] != nil {
            let link = try Self.checked(ArchivePath(parsing: bin.command).below(commands))
            let target = Self.relative(bin.path.below(folder), from: commands)
            try sink.begin(TreeMember(link, .symlink(target: target), mode: 0o777, modified: date))
        }
    }

    /// At least readable and writable, under the usual mask (022).
    private static func mode(_ file: NpmTarballFiles.File) -> UInt16 { (file.mode | 0o666) & 0o755 | 0o600 }

    private static func checked(_ path: ArchivePath) throws -> ArchivePath {
        guard path.bytes.count <= 4095 else {
            throw NpmTarballFault("the path is longer than 4095 bytes: \(path.description.prefix(200))…")
        }
        return path
    }

    /// A command's file: executable, and with a first line that Linux understands.
    private func program(
        _ path: ArchivePath, _ file: NpmTarballFiles.File, _ date: Int64,
        _ read: (_ body: (RawSpan) throws -> Void) throws -> Void, _ sink: inout some MemberSink & ~Copyable
    ) throws {
        var start = ByteBuffer()
        var began = false
        func begin() throws {
            let head = Self.mended(start.bytes)
            let size = file.size - Int64(start.bytes.count - head.count)
            try sink.begin(TreeMember(path, .file(size: size), mode: 0o755, modified: date))
            if !head.isEmpty { try sink.append(head) }
            began = true
        }
        try read { piece in
            if began { return try sink.append(piece) }
            start.append(piece)
            if start.bytes.count >= Self.longestShebang || start.bytes.contains(0x0A) { try begin() }
        }
        if !began { try begin() }
    }

    /// The beginning of a program without the carriage return that would become a part of the interpreter's name.
    private static func mended(_ start: [UInt8]) -> [UInt8] {
        guard start.starts(with: "#!".utf8), let newline = start.prefix(longestShebang).firstIndex(of: 0x0A),
            newline > 3, start[newline - 1] == 0x0D
        else { return start }
        return Array(start[..<(newline - 1)] + start[newline...])
    }

    /// A path as a link in a folder names it.
    private static func relative(_ path: ArchivePath, from folder: ArchivePath) -> String {
        let (parts, base) = (path.description.split(separator: "/"), folder.description.split(separator: "/"))
        let shared = zip(parts, base).prefix { $0 == $1 }.count
        let up = [Substring](repeating: "..", count: base.count - shared)
        return (up + parts[shared...]).joined(separator: "/")
    }
}
