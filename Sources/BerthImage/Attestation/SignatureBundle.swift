package import BerthArchive
internal import BerthStore
package import Foundation

/// A signed statement: a DSSE envelope in a sigstore bundle of version 0.3 whose key is known to the verifier.
///
/// Sources: DSSE v1.0 (envelope.md, protocol.md); sigstore/protobuf-specs, sigstore_bundle.proto.
package struct SignatureBundle: Codable, Sendable, Equatable {
    package static let mediaType = "application/vnd.dev.sigstore.bundle.v0.3+json"
    /// Far above what any image of ours needs.
    package static let largest = ByteCount(4 << 20)

    package var mediaType = SignatureBundle.mediaType
    package var verificationMaterial: VerificationMaterial
    package var dsseEnvelope: Envelope

    package struct VerificationMaterial: Codable, Sendable, Equatable {
        package var publicKey: KeyHint
    }

    package struct KeyHint: Codable, Sendable, Equatable {
        package var hint: String
    }

    package struct Envelope: Codable, Sendable, Equatable {
        package var payload: Data
        package var payloadType: String
        package var signatures: [Signature]
    }

    package struct Signature: Codable, Sendable, Equatable {
        package var keyid: String
        package var sig: Data
    }

    /// Signs a statement.
    init(signing statement: [UInt8], with key: SigningKey) throws {
        let id = key.verifying.id.hex
        let signature = try key.sign(Self.preAuthentication(Provenance.payloadType, statement))
        verificationMaterial = .init(publicKey: .init(hint: id))
        dsseEnvelope = Envelope(
            payload: Data(statement), payloadType: Provenance.payloadType,
            signatures: [.init(keyid: id, sig: Data(signature))])
    }

    /// The key that it says it was signed with; nothing vouches for that but the signature.
    var keyID: String { verificationMaterial.publicKey.hint }

    /// What is signed: type and payload with their lengths (DSSE, PAE).
    static func preAuthentication(_ type: String, _ payload: [UInt8]) -> [UInt8] {
        Array("DSSEv1 \(type.utf8.count) \(type) \(payload.count) ".utf8) + payload
    }
}

extension SignatureBundle {
    /// Reads a bundle strictly: only the fields above, only the form that Berth writes, one signature, one key.
    ///
    /// A bundle is compared with its own canonical form, so unknown fields, doubled ones and other spellings of the
    /// same base64 are all refused rather than passed over.
    package init(parsing bytes: [UInt8]) throws(BundleFault) {
        guard bytes.count <= Int(Self.largest.value) else { throw .tooLarge }
        guard let bundle = try? JSONDecoder().decode(SignatureBundle.self, from: Data(bytes)) else { throw .notABundle }
        guard (try? CanonicalJSON.encode(bundle)) == bytes else { throw .notCanonical }
        guard bundle.mediaType == Self.mediaType, bundle.dsseEnvelope.payloadType == Provenance.payloadType,
            bundle.dsseEnvelope.signatures.count == 1, bundle.dsseEnvelope.signatures[0].keyid == bundle.keyID
        else { throw .otherKind }
        self = bundle
    }

    /// The statement that was signed, when the signature is the key's; nil for any other.
    package func statement(signedBy key: VerifyingKey) -> [UInt8]? {
        guard keyID == key.id.hex, let signature = dsseEnvelope.signatures.first else { return nil }
        let payload = Array(dsseEnvelope.payload)
        let signed = Self.preAuthentication(dsseEnvelope.payloadType, payload)
        return key.verifies(Array(signature.sig), of: signed) ? payload : nil
    }
}

/// Why bytes are no bundle that Berth checks.
package enum BundleFault: Error, Sendable, CustomStringConvertible {
    case tooLarge
    case notABundle
    case notCanonical
    case otherKind

    package var description: String {
        switch self {
        case .tooLarge: "it is larger than \(SignatureBundle.largest)"
        case .notABundle: "it is not a sigstore bundle with a DSSE envelope"
        case .notCanonical: "it is not in canonical form, or holds fields that Berth does not check"
        case .otherKind: "it is of another kind than Berth signs"
        }
    }
}
