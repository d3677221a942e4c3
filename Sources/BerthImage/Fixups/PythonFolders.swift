internal import BerthArchive

/// What python3's scripts leave besides compiled files (row 13): the local package folder and the compile settings.
///
/// Compiled `.pyc` files are left out: they are 13 MB, and Python makes them where it may write.
struct PythonFolders: Fixup {
    func apply(_ packages: PackageSet, to tree: inout GeneratedTree) throws {
        guard let version = packages.pythonVersion else { return }
        tree.folder(try ArchivePath(parsing: "usr/local/lib/python\(version)/dist-packages"))
        tree.file(try ArchivePath(parsing: "var/lib/python/python\(version)_installed"), "")
        tree.file(
            "etc/python3/debian_config",
            "[DEFAULT]\n# how to byte-compile (comma separated: standard, optimize)\nbyte-compile = standard\n")
    }
}

extension PackageSet {
    /// `3.13`, when the image holds Debian's Python 3.
    var pythonVersion: String? {
        let names = fragments.compactMap { $0.debian?.control.split(separator: "\n").first }
        return names.compactMap { line -> String? in
            guard let range = line.firstRange(of: "Package: python3."), line.hasSuffix("-minimal") else { return nil }
            return "3." + line[range.upperBound...].dropLast("-minimal".count)
        }.first
    }
}
