import BerthArchive
import BerthPackages
import BerthRegistry
import BerthReport
import BerthStore
import BerthSystem
import BerthTestSupport
import Foundation
import SystemPackage

/// A small Debian archive in a folder, signed with a key of its own, and everything to read it with.
struct DebianTestArchive {
    let folder: TemporaryFolder
    let home: SigningHome
    /// What of the Release file a test changes.
    var codename = "trixie"
    var date = "Sat, 21 Nov 2026 09:15:44 UTC"
    var extraFields = "Acquire-By-Hash: yes"
    var sumsField = "SHA256"
    var signers = ["archive@berth.test"]
    var signingOptions: [String] = []

    /// Makes the keys, and removes them when `body` is through.
    static func using(_ body: (DebianTestArchive) async throws -> Void) async throws {
        let archive = DebianTestArchive(folder: try TemporaryFolder("debian"), home: try SigningHome())
        do {
            try await archive.home.makeKey("archive@berth.test")
            try await archive.home.exportKeys(["archive@berth.test"], to: archive.keyring)
            try await body(archive)
        } catch {
            await archive.home.remove()
            throw error
        }
        await archive.home.remove()
    }

    var keyring: FilePath { folder.path.appending("keys.asc") }
    var root: FilePath { folder.path.appending("debian") }

    /// A plain index with one package that stands alone.
    static var packages: String {
        var stanzas = DebianStanzas()
        stanzas.add("bash", "5.2-1", "Essential: yes")
        stanzas.add("git", "1:2.47-1", "Depends: bash")
        return stanzas.text
    }

    /// Writes the index in these compressions (`xz`, `gz`, `zst`, or empty for plain) and signs a suite's Release.
    func publish(
        _ packages: String = packages, suite: String = "trixie", as forms: [String] = ["xz"], byHash: Bool = true
    ) async throws {
        let index = root.pushing(FilePath("dists/\(suite)/main/binary-arm64"))
        try Files.makeDirectory(index.pushing(FilePath("by-hash/SHA256")))
        var sums = ["Packages": Array(packages.utf8)]
        for form in forms where !form.isEmpty { sums["Packages.\(form)"] = try await compress(packages, form) }
        for (name, bytes) in sums where forms.contains(String(name.dropFirst(9))) {
            let path = byHash ? "by-hash/SHA256/\(Digest.of(bytes).hex)" : name
            try Files.writeAtomically(bytes, to: index.pushing(FilePath(path)))
        }
        let lines = sums.map { " \(Digest.of($0.value).hex) \($0.value.count) main/binary-arm64/\($0.key)" }.sorted()
        let release = """
            Origin: Berth
            Suite: stable\(suite.dropFirst(6))
            Codename: \(codename)\(suite.dropFirst(6))
            Version: 13.8
            Date: \(date)
            \(extraFields)
            Architectures: arm64
            \(sumsField):
            \(lines.joined(separator: "\n"))

            """
        let signed = try await home.clearsign(release, by: signers, options: signingOptions)
        try Files.writeAtomically(signed, to: inRelease(suite))
    }

    func inRelease(_ suite: String = "trixie") -> FilePath { root.pushing(FilePath("dists/\(suite)/InRelease")) }

    /// Resolves `git` for arm64 from this folder, or from another address.
    func resolve(
        at address: String? = nil, suite: String = "trixie", keyring: FilePath? = nil, updates: Bool = false,
        lastSeen: [String: Int64] = [:], tools: [ReleaseVerifier.Tool] = [.gpgv], apt: AptConfiguration? = nil
    ) async throws -> DebianResolution {
        let given = DebianSources.Given(main: [address ?? "file://\(root)"])
        let machine = AptConfiguration.read(root: folder.path)
        let sources = try apt.map { try DebianSources.choose(apt: $0) } ?? .choose(flags: given, apt: machine)
        let store = try Store.open(folder.path.appending("store"))
        let session = try store.beginIngest(purpose: "a test")
        defer { session.release() }
        let archive = DebianArchive(
            sources: sources, fetcher: Fetcher(store: store, session: session, progress: NoProgress()), store: store,
            verifier: try ReleaseVerifier(extraKeyring: keyring ?? self.keyring, tools: tools), lastSeen: lastSeen)
        var request = DebianRequest(suite: suite, architecture: .arm64, packages: ["git"])
        request.updates = updates
        request.security = updates
        return try await archive.resolve(request)
    }

    private func compress(_ text: String, _ form: String) async throws -> [UInt8] {
        let program = ["xz": "xz", "gz": "gzip", "zst": "zstd"][form] ?? form
        let (plain, packed) = (folder.path.appending("plain"), folder.path.appending("plain.\(form)"))
        try Files.writeAtomically(text, to: plain)
        _ = try Files.remove(packed)
        _ = try await Command(try Programs.require(program, remedy: "install it"), ["-k", "-q", plain.string]).output()
        return try Files.read(packed)
    }
}
