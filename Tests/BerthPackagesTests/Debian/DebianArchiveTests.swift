import BerthArchive
import BerthSystem
import BerthTestSupport
import Foundation
import SystemPackage
import Testing

@testable import BerthPackages

@Suite(.serialized) struct DebianArchiveTests {
    @Test(arguments: [["xz"], ["gz"], ["zst"], [""]], [true, false])
    func `an index is read in whatever compression is served, by hash or by name`(
        forms: [String], byHash: Bool
    ) async throws {
        try await DebianTestArchive.using { archive in
            try await archive.publish(as: forms, byHash: byHash)
            #expect(try await archive.resolve().packages.map(\.name) == ["bash", "git"])
        }
    }

    @Test func `a compression that the Release names and nobody serves gives way to the next`() async throws {
        try await DebianTestArchive.using { archive in
            try await archive.publish(as: ["xz", "gz"])
            let index = archive.root.pushing(FilePath("dists/trixie/main/binary-arm64/by-hash/SHA256"))
            let packed = try Files.read(archive.folder.path.appending("plain.xz"))
            try Files.remove(index.appending(Digest.of(packed).hex))
            #expect(try await archive.resolve().packages.count == 2)
            for name in try Files.list(index) { try Files.remove(index.appending(name)) }
            // The good one is in the store by now; another folder stands for another machine.
            try Files.removeTree(archive.folder.path.appending("store"))
            await #expect { try await archive.resolve() } throws: { ($0 as? BerthError)?.status == .temporary }
        }
    }

    @Test func `an index that is not what the Release promises is never used`() async throws {
        try await DebianTestArchive.using { archive in
            try await archive.publish(as: ["gz"], byHash: true)
            let index = archive.root.pushing(FilePath("dists/trixie/main/binary-arm64/by-hash/SHA256"))
            for name in try Files.list(index) {
                var bytes = try Files.read(index.appending(name))
                bytes[bytes.count / 2] ^= 1
                try Files.writeAtomically(bytes, to: index.appending(name))
            }
            await #expect { try await archive.resolve() } throws: { ($0 as? BerthError)?.status == .damaged }
        }
    }

    @Test func `updates and security are read together with the suite, and may be absent where guessed`() async throws {
        try await DebianTestArchive.using { archive in
            try await archive.publish()
            #expect(try await archive.resolve(updates: true).suites.map(\.name) == ["trixie"])
            var newer = DebianStanzas()
            newer.add("git", "1:2.47-2", "Depends: bash")
            try await archive.publish(newer.text, suite: "trixie-updates")
            let resolution = try await archive.resolve(updates: true)
            #expect(resolution.suites.map(\.name) == ["trixie", "trixie-updates"])
            #expect(resolution.packages.map(\.origin.suite) == ["trixie", "trixie-updates"])
        }
    }

    @Test func `a suite that nobody serves is a usage error with the addresses tried`() async throws {
        try await DebianTestArchive.using { archive in
            try await archive.publish()
            await #expect { try await archive.resolve(suite: "wheezy") } throws: { error in
                guard let error = error as? BerthError else { return false }
                return error.status == .usage && error.what.contains("wheezy")
                    && error.place?.contains("file://") == true
            }
        }
    }

    @Test func `a server is read like a folder, and the index by its hash`() async throws {
        try await DebianTestArchive.using { archive in
            try await archive.publish()
            try await Mirror.serving(folder: archive.root) { mirror in
                let resolution = try await archive.resolve(at: mirror.address)
                #expect(resolution.packages.count == 2)
                let asked = mirror.requests.map(\.path)
                #expect(asked.contains { $0.contains("by-hash/SHA256/") })
            }
        }
    }

    @Test func `an answer is kept until an index changes, and a kept one that is damaged is worked out again`()
        async throws
    {
        try await DebianTestArchive.using { archive in
            try await archive.publish()
            let first = try await archive.resolve()
            // Without the index only a kept answer is left.
            try Files.removeTree(archive.folder.path.pushing("store/blobs/sha256"))
            try Files.makeDirectory(archive.folder.path.pushing("store/blobs/sha256"))
            let index = archive.root.pushing(FilePath("dists/trixie/main/binary-arm64"))
            try Files.rename(index, to: archive.folder.path.appending("hidden"))
            let again = try await archive.resolve()
            #expect(
                again.packages.map { "\($0) \($0.origin) \($0.digest) \($0.depends)" }
                    == first.packages.map { "\($0) \($0.origin) \($0.digest) \($0.depends)" })
            let kept = try await Command("/usr/bin/find", [archive.folder.path.string, "-name", "*.packages"]).output()
            let file = FilePath(String(kept.trimmed))
            var bytes = try Files.read(file)
            bytes[bytes.count - 5] ^= 1
            try Files.writeAtomically(bytes, to: file)
            await #expect(throws: BerthError.self) { try await archive.resolve() }
            try Files.rename(archive.folder.path.appending("hidden"), to: index)
            var newer = DebianStanzas()
            newer.add("git", "1:9.9")
            try await archive.publish(newer.text)
            #expect(try await archive.resolve().packages.map(\.description) == ["git 1:9.9"])
        }
    }

    @Test func `the shipped keys are those of the fingerprints`() async throws {
        let keyring = try TemporaryFolder("keyring")
        let verifier = try ReleaseVerifier(tools: [.gpgv])
        let file = keyring.path.appending("keys.gpg")
        try Files.writeAtomically(verifier.keyring, to: file)
        let gpg = try Programs.require("gpg", remedy: "install gnupg")
        let options = ["--homedir", keyring.path.string, "--with-colons", "--show-keys"]
        let lines = try await Command(gpg, options + [file.string]).output().split(separator: "\n")
        // The first fingerprint behind each primary key is its own; further ones are its subkeys'.
        let primaries = lines.indices.filter { lines[$0].hasPrefix("pub:") }.compactMap { start in
            lines[start...].first { $0.hasPrefix("fpr:") }?.split(separator: ":").last.map(String.init)
        }
        #expect(primaries == DebianArchiveKey.all.map(\.fingerprint))
    }
}
