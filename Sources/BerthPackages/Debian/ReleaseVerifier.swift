internal import BerthSystem
internal import Foundation
package import SystemPackage

/// Checks the signature of a Release file with `gpgv` or `sqv` against Debian's archive keys.
package struct ReleaseVerifier: Sendable {
    /// The programs that can do it, the preferred one first.
    package enum Tool: String, Sendable, CaseIterable {
        case gpgv
        case sqv
    }

    let tool: Tool
    let program: FilePath
    /// Binary keys, those shipped and those that the caller adds.
    let keyring: [UInt8]

    /// Finds a program and prepares the keys; `extraKeyring` is a file of more keys, armoured or binary.
    package init(extraKeyring: FilePath? = nil, tools: [Tool] = Tool.allCases) throws {
        let found = tools.lazy.compactMap { tool in Programs.find(tool.rawValue).map { (tool, $0) } }.first
        guard let found else {
            throw BerthError(
                .failed, "neither gpgv nor sqv is installed, so no signature can be checked",
                place: "searched: \(Programs.searchPath.map(\.string).joined(separator: ":"))",
                done: "nothing was fetched", remedy: "install gpgv (Debian) or gnupg (Homebrew); make setup does it")
        }
        (tool, program) = found
        let shipped = try DebianArchiveKey.all.flatMap { try OpenPGPArmour.binary(Array($0.armour.utf8)) }
        let extra = try extraKeyring.map { try OpenPGPArmour.binary(Files.read($0, limit: 16 << 20)) } ?? []
        keyring = shipped + extra
    }

    /// Checks the signature; throws `.damaged`, naming the keys, unless a known and valid key made it.
    ///
    /// sqv takes a signature that an expired key made while it was valid, and a thief can set a clock back: there the
    /// signature must not be more than a week older than the `date` that the file claims (seconds since 1970).
    func verify(_ text: ClearsignedText, date: Int64, place: String) async throws {
        let folder = FilePath(NSTemporaryDirectory()).appending("berth-release-\(UUID().uuidString)")
        try Files.makeDirectory(folder, mode: 0o700)
        defer { try? Files.removeTree(folder) }
        let (keys, signature, message) = (
            folder.appending("keys.gpg"), folder.appending("signature.asc"), folder.appending("message")
        )
        try Files.writeAtomically(keyring, to: keys)
        try Files.writeAtomically(text.signature, to: signature)
        try Files.writeAtomically(text.signedBytes, to: message)
        let options =
            switch tool {
            case .gpgv: ["--homedir", folder.string, "--status-fd", "1", "--keyring"]
            case .sqv: ["--not-before", ReleaseDate.text(date - 7 * 86_400), "--keyring"]
            }
        var command = Command(program, options + [keys, signature, message].map(\.string))
        command.environment = ["LC_ALL": "C"]
        let outcome = try await command.run()
        let verdict = tool == .gpgv ? GpgvVerdict(outcome.output) : GpgvVerdict(sqv: outcome)
        guard let reason = verdict.refusal else { return }
        throw BerthError(
            .damaged, "the Release file can't be trusted: \(reason)", place: place,
            done: "\(tool.rawValue) checked it against \(DebianArchiveKey.all.count) Debian archive keys; "
                + "nothing of it was used",
            remedy: "try another mirror; for an archive of your own, give its keyring (debian.keyring in berth.yaml)")
    }
}
