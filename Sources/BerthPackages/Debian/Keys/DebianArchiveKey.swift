/// A public key that signs Debian's archives; shipped, for a Mac has no Debian keyring.
struct DebianArchiveKey: Sendable {
    /// The primary key's fingerprint, 40 hex digits (RFC 4880 §12.2).
    let fingerprint: String
    /// ASCII armour with the key, its signing subkey and its own signatures (RFC 4880 §6.2).
    let armour: String

    /// Keys of Debian 12 and 13: the archive, the security archive, the stable releases.
    static let all: [DebianArchiveKey] = [
        bookwormAutomatic, bookwormSecurityAutomatic, bookwormStable, trixieAutomatic, trixieSecurityAutomatic,
        trixieStable,
    ]
}
