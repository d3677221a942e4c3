package import BerthArchive

/// What `python3 -m venv --without-pip` makes, written without running Python.
package struct VirtualEnvironment: Sendable {
    package let layout: VenvLayout
    /// The folder of the interpreter that the environment stands on.
    package let home: String

    package init(layout: VenvLayout, home: String = "/usr/bin") {
        self.layout = layout
        self.home = home
    }

    /// Writes the environment's own members, dated `modified` (seconds since 1970).
    ///
    /// Of folders only those that may stay empty; the others follow from the files' paths.
    package func write(modified: Int64, into sink: inout some MemberSink & ~Copyable) throws {
        let root = layout.root
        try sink.add(file: ArchivePath(parsing: "bin/activate").below(root), Array(activation.utf8), modified: modified)
        try link("bin/python", to: "\(home)/python3", modified, &sink)
        try link("bin/python3", to: "python", modified, &sink)
        try link("bin/python\(layout.series)", to: "python", modified, &sink)
        for folder in [try ArchivePath(parsing: "include/python\(layout.series)").below(root), layout.sitePackages] {
            try sink.begin(TreeMember(folder, .directory, mode: 0o755, modified: modified))
        }
        try link("lib64", to: "lib", modified, &sink)
        try sink.add(
            file: ArchivePath(parsing: "pyvenv.cfg").below(root), Array(configuration.utf8), modified: modified)
    }

    private func link(
        _ name: String, to target: String, _ modified: Int64, _ sink: inout some MemberSink & ~Copyable
    ) throws {
        let path = try ArchivePath(parsing: name).below(layout.root)
        try sink.begin(TreeMember(path, .symlink(target: target), mode: 0o777, modified: modified))
    }

    /// The keys that the standard library writes.
    private var configuration: String {
        """
        home = \(home)
        include-system-site-packages = false
        version = \(layout.pythonVersion)
        executable = \(home)/python\(layout.series)
        command = \(home)/python3 -m venv /\(layout.root)

        """
    }

    /// For `. bin/activate`, as people and CI steps know it; `deactivate` takes it back.
    private var activation: String {
        """
        # Source this file: . /\(layout.root)/bin/activate
        deactivate() {
            PATH="$BERTH_OLD_PATH"
            export PATH
            unset VIRTUAL_ENV BERTH_OLD_PATH
            unset -f deactivate
            hash -r 2>/dev/null || true
        }
        BERTH_OLD_PATH="$PATH"
        VIRTUAL_ENV="/\(layout.root)"
        PATH="$VIRTUAL_ENV/bin:$PATH"
        export PATH VIRTUAL_ENV
        unset PYTHONHOME
        hash -r 2>/dev/null || true

        """
    }
}
