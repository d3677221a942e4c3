/// A public key of P-256, which checks what its `SigningKey` signed.
package struct VerifyingKey: Sendable, Equatable {
    /// SubjectPublicKeyInfo as PEM.
    package let pem: [UInt8]
    /// SHA-256 of the SubjectPublicKeyInfo in DER: the key's name in signatures (RFC 6962, §3.2).
    package let id: Digest

    /// Reads a public key (`BEGIN PUBLIC KEY`); a private one is refused, so that nobody hands one around by mistake.
    package init(pem: [UInt8]) throws(KeyFault) {
        guard !String(decoding: pem, as: UTF8.self).contains("PRIVATE KEY-----") else { throw .isPrivate }
        guard let handle = KeyHandle.read(pem, isPrivate: false), let made = try? VerifyingKey(handle) else {
            throw .noPublicKey
        }
        self = made
    }

    init(_ handle: borrowing KeyHandle) throws {
        pem = try handle.publicPEM()
        id = Digest.of(try handle.publicDER())
    }

    /// Whether a signature in DER is this key's over the message; anything malformed is not.
    package func verifies(_ signature: [UInt8], of message: [UInt8]) -> Bool {
        KeyHandle.read(pem, isPrivate: false)?.verifies(signature, of: message) ?? false
    }
}
