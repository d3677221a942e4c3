internal import BerthSystem

/// A private key of P-256 that signs with ECDSA over SHA-256 (FIPS 186-5).
///
/// Neither its description nor its mirror shows the secret.
package struct SigningKey: Sendable {
    /// PKCS#8 as PEM: whoever writes it into a file must keep others from reading that.
    package let pem: [UInt8]
    /// The other half, for whoever checks signatures.
    package let verifying: VerifyingKey

    /// Makes a new key.
    package init() throws {
        let handle = try KeyHandle.make()
        try self.init(handle)
    }

    /// Reads an unencrypted key: PKCS#8 (`BEGIN PRIVATE KEY`) or SEC 1 (`BEGIN EC PRIVATE KEY`).
    package init(pem: [UInt8]) throws(KeyFault) {
        let text = String(decoding: pem, as: UTF8.self)
        guard !text.contains("BEGIN ENCRYPTED PRIVATE KEY"), !text.contains("Proc-Type: 4,ENCRYPTED") else {
            throw .encrypted
        }
        guard let handle = KeyHandle.read(pem, isPrivate: true), let made = try? SigningKey(handle) else {
            throw .noPrivateKey
        }
        self = made
    }

    private init(_ handle: borrowing KeyHandle) throws {
        pem = try handle.privatePEM()
        verifying = try VerifyingKey(handle)
    }

    /// The signature of a message, in DER.
    package func sign(_ message: [UInt8]) throws -> [UInt8] {
        guard let handle = KeyHandle.read(pem, isPrivate: true) else {
            throw BerthError(.failed, "the signing key is no longer readable")
        }
        return try handle.sign(message)
    }
}

extension SigningKey: CustomStringConvertible, CustomReflectable {
    package var description: String { "the private half of key \(verifying.id.short)" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

/// Why a text holds no key that can be used.
package enum KeyFault: Error, Sendable, Equatable {
    case encrypted
    case noPrivateKey
    case noPublicKey
    case isPrivate
}
