package import BerthArchive

/// Where the parts of a virtual environment lie in an image.
package struct VenvLayout: Sendable, Hashable {
    /// The environment's folder, `opt/venv`.
    package let root: ArchivePath
    /// Full version, `3.13.5`.
    package let pythonVersion: String
    /// `3.13`.
    package let series: String

    /// The folder that wheels go to: purelib and platlib are one in an environment.
    package let sitePackages: ArchivePath

    package init(root: ArchivePath, target: PythonTarget) throws {
        self.root = root
        sitePackages = try ArchivePath(parsing: "lib/python\(target.series)/site-packages").below(root)
        pythonVersion = target.version
        series = target.series
    }

    /// The interpreter as scripts name it, `/opt/venv/bin/python`.
    package var interpreter: String { "/\(root)/bin/python" }

    /// The folder of commands.
    package var scripts: ArchivePath { ArchivePath("bin").below(root) }

    /// Where the C headers of a project go.
    package func headers(of project: String) throws -> ArchivePath {
        try ArchivePath(parsing: "include/site/python\(series)/\(project)").below(root)
    }

    /// What an environment itself consists of: a wheel must not bring it.
    package func isOwn(_ path: ArchivePath) -> Bool {
        guard let inside = path.relative(to: root)?.description else { return false }
        if inside.hasPrefix("bin/") {
            let name = inside.dropFirst(4)
            return name.hasPrefix("python") && name.dropFirst(6).allSatisfy { $0.isNumber || $0 == "." }
                || name.lowercased().hasPrefix("activate")
        }
        return inside == "pyvenv.cfg" || inside == "lib64" || inside.hasPrefix("lib64/")
    }
}

extension VenvLayout {
    /// A path as an installed RECORD writes it: relative to site-packages.
    func recordPath(_ path: ArchivePath) -> String {
        if let inside = path.relative(to: sitePackages) { return inside.description }
        // lib/python3.13/site-packages lies three folders below the environment.
        return "../../../" + (path.relative(to: root) ?? path).description
    }
}
