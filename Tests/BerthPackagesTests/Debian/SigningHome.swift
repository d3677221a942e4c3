import BerthSystem
import Foundation
import SystemPackage

/// A GnuPG home of its own with throw-away keys; the agent that gpg starts for it ends with it.
final class SigningHome: Sendable {
    /// Short, for the agent's socket lies in it and such a path has 104 bytes at most.
    private let folder: FilePath

    init() throws {
        folder = FilePath("/tmp/berth-gpg-\(UUID().uuidString.prefix(8))")
        try Files.makeDirectory(folder, mode: 0o700)
    }

    /// Makes a key that lasts from `from` (seconds since 1970, or now) for a time as gpg writes it (`1d`, `never`).
    func makeKey(_ name: String, lasts: String = "never", from: String? = nil) async throws {
        let clock = from.map { ["--faked-system-time", $0] } ?? []
        _ = try await gpg(clock + ["--passphrase", "", "--quick-gen-key", name, "ed25519", "sign", lasts])
    }

    /// Writes the public keys as armour.
    func exportKeys(_ names: [String], to path: FilePath) async throws {
        try Files.writeAtomically(try await gpg(["--armor", "--export"] + names), to: path)
    }

    /// Signs in the clear, by one key or several.
    func clearsign(_ text: String, by names: [String], options: [String] = []) async throws -> String {
        let users = names.flatMap { ["--local-user", $0] }
        return try await gpg(options + users + ["--clearsign"], input: text)
    }

    /// The key's fingerprint.
    func fingerprint(_ name: String) async throws -> String {
        let lines = try await gpg(["--with-colons", "--list-keys", name]).split(separator: "\n")
        return String(lines.first { $0.hasPrefix("fpr:") }?.split(separator: ":").last ?? "")
    }

    /// Ends the agent and removes the keys.
    func remove() async {
        _ = try? await Command(
            try Programs.require("gpgconf", remedy: "install gnupg"), ["--homedir", folder.string, "--kill", "all"]
        ).run()
        try? Files.removeTree(folder)
    }

    private func gpg(_ arguments: [String], input: String = "") async throws -> String {
        let options = ["--homedir", folder.string, "--batch", "--yes", "--quiet", "--pinentry-mode", "loopback"]
        let program = try Programs.require("gpg", remedy: "install gnupg")
        return try await Command(program, options + arguments).output(input: Array(input.utf8))
    }
}
