internal import BerthArchive

/// Watches a file's bytes on their way into a fragment and keeps what fix-ups will ask for.
struct ContentObserver {
    let path: ArchivePath
    private let captures: Bool
    private let statementFile: StatementFile?
    private let isBundled: Bool
    private var contents: [UInt8] = []
    private var elf: ELFScanner?

    /// Nil for members without contents of interest.
    ///
    /// `package` is the name of the package that the file is of; `findsBundled`: other npm packages in it count too.
    init?(_ member: TreeMember, of package: String, findsBundled: Bool) {
        guard case .file(let size) = member.kind else { return nil }
        path = member.path
        captures = size <= 1 << 20 && CapturedFiles.holds(member.path)
        statementFile = size <= 1 << 20 ? StatementFile(member.path, of: package) : nil
        isBundled =
            findsBundled && statementFile == nil && size <= 1 << 20 && BundledPackage.holds(member.path)
        elf = LibraryName.matches(member.path.name) ? ELFScanner() : nil
        guard captures || statementFile != nil || isBundled || elf != nil else { return nil }
    }

    mutating func see(_ bytes: RawSpan) {
        if captures || statementFile != nil || isBundled {
            unsafe bytes.withUnsafeBytes { unsafe contents.append(contentsOf: $0) }
        }
        elf?.see(bytes)
    }

    /// The whole contents, for a file that fix-ups read.
    var captured: [UInt8]? { captures ? contents : nil }

    /// What the package says of itself in this file.
    var statement: PackageStatement? { statementFile?.read(contents) }

    /// The npm package that lies here inside another one's file.
    var bundled: BundledPackage? { isBundled ? ManifestFile.bundled(contents) : nil }

    /// What the linker's cache needs, when the file is a shared library.
    var library: SharedLibrary? {
        guard let elf, elf.isLibrary else { return nil }
        return SharedLibrary(path: path, soname: elf.soname)
    }
}

/// Which files' contents the fix-ups read; all small.
enum CapturedFiles {
    static func holds(_ path: ArchivePath) -> Bool {
        folders.contains { path.isWithin($0) } || files.contains(path)
            || path.isWithin("etc") || path.name == "browsers.json"
    }

    private static let folders: [ArchivePath] = [
        "usr/share/base-passwd", "usr/share/base-files", "usr/share/ca-certificates", "usr/share/debianutils",
        "usr/share/pam", "usr/share/pam-configs",
    ]
    private static let files: Set<ArchivePath> = [
        "usr/share/libc-bin/nsswitch.conf", "usr/lib/os-release",
        "usr/share/passwd/shadow", "usr/share/readline/inputrc",
    ]
}

/// Names that ldconfig looks at: `lib*.so*` and `ld-*.so*`.
enum LibraryName {
    static func matches(_ name: String) -> Bool {
        (name.hasPrefix("lib") || name.hasPrefix("ld-") || name.hasPrefix("ld.")) && name.contains(".so")
    }
}
