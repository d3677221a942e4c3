import BerthSystem
import BerthTestSupport
import SystemPackage
import Testing

/// A folder that apt takes packages from, with one package of our own in it.
enum PackageMirror {
    /// A package for arm64 that has a program, a script that runs at installation, and dependencies that the image has.
    static func make(in folder: TemporaryFolder) async throws -> FilePath {
        try folder.write([
            "tree/DEBIAN/control": """
            Package: berth-probe
            Version: 1.0
            Architecture: arm64
            Maintainer: nobody <nobody@example.org>
            Depends: libc6 (>= 2.36), git, python3 (>= 3.11)
            Description: what a test installs

            """,
            "tree/DEBIAN/postinst": .program(
                "#!/bin/sh\nset -e\necho \"configured on $(dpkg --print-architecture)\" >/var/lib/berth-probe\n"),
            "tree/usr/bin/berth-probe": .program("#!/bin/sh\necho probe runs\n"),
            "mirror": .folder,
        ])
        try await run(
            "dpkg-deb", ["--root-owner-group", "--build", "tree", "mirror/berth-probe_1.0_arm64.deb"], in: folder.path)
        let mirror = folder.path.appending("mirror")
        try Files.writeAtomically(
            try await run("apt-ftparchive", ["packages", "."], in: mirror), to: mirror.appending("Packages"))
        try Files.writeAtomically(
            try await run("apt-ftparchive", ["release", "."], in: mirror), to: mirror.appending("Release"))
        // The container's apt reads it as a user of its own.
        try await run("chmod", ["-R", "a+rX", folder.path.string], in: folder.path)
        return mirror
    }

    @discardableResult
    private static func run(_ name: String, _ arguments: [String], in folder: FilePath) async throws -> String {
        var command = Command(try Programs.require(name, remedy: "scripts/setup test"), arguments)
        command.directory = folder
        return try await command.output()
    }
}
