import BerthArchive
import BerthSystem
import BerthTestSupport
import Foundation
import SystemPackage

/// A Debian archive of a few tiny packages, signed with a key of its own, in a folder that a `Mirror` may serve.
final class SmallArchive: Sendable {
    let folder: TemporaryFolder
    let keyring: FilePath
    private let keys: FilePath

    init() async throws {
        folder = try TemporaryFolder("archive")
        // gpg-agent's socket needs a short path.
        keys = FilePath("/tmp/bk-\(UInt32.random(in: .min ... .max))")
        keyring = folder.path.appending("key.gpg")
        try Files.makeDirectory(keys, mode: 0o700)
        try Files.makeDirectory(root)
        _ = try await gpg(["--passphrase", "", "--quick-gen-key", "harbour@localhost", "ed25519", "sign", "never"])
        _ = try await gpg(["--output", keyring.string, "--export"])
    }

    deinit { try? Files.removeTree(keys) }

    /// What a mirror serves.
    var root: FilePath { folder.path.appending("debian") }

    /// base-files, a heavy package with a layer of its own, and two light ones.
    static var packages: [RawDeb] {
        var base = RawDeb(name: "base-files", control: "Essential: yes\nPriority: required\nInstalled-Size: 10\n")
        base.members = [
            .folder("./usr/"), .folder("./usr/bin/"), .folder("./usr/lib/"), .link("./bin", to: "usr/bin"),
            .folder("./var/"), .folder("./var/run/"), .file("./usr/share/base-files/profile", "PATH=/usr/bin\n"),
        ]
        var rope = RawDeb(name: "rope", control: "Priority: optional\nInstalled-Size: 30000\n")
        rope.members = [.folder("./usr/"), .file("./usr/lib/rope", String(repeating: "strand ", count: 50_000))]
        rope.date += 100
        return [base, rope, anchor(), light("lamp", 200)]
    }

    static func anchor(version: String = "1.0", date: Int = 300) -> RawDeb {
        var deb = light("anchor", date)
        deb.version = version
        deb.members.append(.file("./usr/bin/anchor", "#!/bin/sh\necho \(version)\n", mode: 0o755))
        return deb
    }

    private static func light(_ name: String, _ date: Int) -> RawDeb {
        var deb = RawDeb(name: name, control: "Priority: optional\nInstalled-Size: 5\nDepends: base-files\n")
        deb.members = [.folder("./usr/"), .file("./usr/share/\(name)/readme", "this is \(name)\n")]
        deb.date += date
        return deb
    }

    /// Writes packages, index and signed Release; what was there before goes.
    ///
    /// The Release files are of the first day, or so many days later; every package comes for each architecture.
    func publish(
        _ packages: [RawDeb] = SmallArchive.packages, security: [RawDeb] = [], day: Int = 0,
        architectures: [String] = ["amd64"]
    ) async throws {
        try Files.removeTree(root)
        let secured = folder.path.appending("debian-security")
        var (main, fixes) = ([String: String](), [String: String]())
        for architecture in architectures {
            main[architecture] = try pool(packages, for: architecture, in: root)
            fixes[architecture] = try pool(security, for: architecture, in: secured)
        }
        try await release("harbour", main, in: root, day)
        try await release("harbour-security", fixes, in: secured, day)
    }

    /// Writes package files; gives their index.
    private func pool(_ packages: [RawDeb], for architecture: String, in archive: FilePath) throws -> String {
        try packages.map { plain in
            var deb = plain
            deb.architecture = architecture
            let bytes = deb.bytes()
            let path = Self.path(deb)
            try Self.write(bytes, to: archive.pushing(FilePath(path)))
            return deb.controlText.replacing("Description: a package of a test\n", with: "")
                + "Filename: \(path)\nSize: \(bytes.count)\nSHA256: \(Digest.of(bytes).hex)\n\n"
        }.joined()
    }

    /// Writes the indexes, by architecture, and the signed Release of one suite.
    private func release(_ suite: String, _ indexes: [String: String], in archive: FilePath, _ day: Int) async throws {
        let folder = archive.pushing(FilePath("dists/\(suite)"))
        let lines = try indexes.sorted { $0.key < $1.key }.map { architecture, index in
            let path = "main/binary-\(architecture)/Packages"
            try Self.write(Array(index.utf8), to: folder.pushing(FilePath(path)))
            return " \(Digest.of(Array(index.utf8)).hex) \(index.utf8.count) \(path)"
        }
        let release = """
            Suite: \(suite)
            Codename: \(suite)
            Date: \(Self.date(day))
            Architectures: \(indexes.keys.sorted().joined(separator: " "))
            Components: main
            SHA256:
            \(lines.joined(separator: "\n"))

            """
        try Self.write(Array(release.utf8), to: folder.appending("Release"))
        _ = try await gpg(
            ["--clearsign", "--output", folder.appending("InRelease").string, folder.appending("Release").string])
    }

    /// As Release files have it, for up to 16 days.
    private static func date(_ day: Int) -> String {
        let weekday = ["Tue", "Wed", "Thu", "Fri", "Sat", "Sun", "Mon"][day % 7]
        return "\(weekday), \(14 + day) Nov 2023 22:13:20 UTC"
    }

    static func path(_ deb: RawDeb) -> String { "pool/main/\(deb.name)_\(deb.version)_\(deb.architecture).deb" }

    private static func write(_ bytes: [UInt8], to path: FilePath) throws {
        try Files.makeDirectory(path.removingLastComponent())
        try Files.writeAtomically(bytes, to: path)
    }

    private func gpg(_ arguments: [String]) async throws -> String {
        let program = try Programs.require("gpg", remedy: "install gnupg")
        return try await Command(program, ["--homedir", keys.string, "--batch", "--yes", "--quiet"] + arguments)
            .output()
    }
}
