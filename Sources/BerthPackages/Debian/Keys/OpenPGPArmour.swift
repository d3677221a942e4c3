internal import BerthSystem
internal import Foundation

/// ASCII armour taken off without a program (RFC 4880 §6.2), so that a keyring needs no GnuPG to be made.
enum OpenPGPArmour {
    /// The packets of all armoured blocks in a text; binary input comes back as it is.
    static func binary(_ bytes: [UInt8]) throws -> [UInt8] {
        let text = String(decoding: bytes, as: UTF8.self)
        guard text.contains("-----BEGIN PGP ") else { return bytes }
        var packets: [UInt8] = []
        var body: String?
        var isInHeaders = false
        for line in text.lines.map(\.trimmed) {
            if line.hasPrefix("-----BEGIN PGP ") {
                body = ""
                isInHeaders = true
            } else if line.hasPrefix("-----END PGP ") {
                guard let data = body.flatMap({ Data(base64Encoded: $0) }), !data.isEmpty else {
                    throw BerthError(.usage, "an armoured key is not well-formed")
                }
                packets += data
                body = nil
            } else if isInHeaders {
                isInHeaders = !line.isEmpty
            } else if !line.hasPrefix("=") {
                body? += line
            }
        }
        guard body == nil else { throw BerthError(.usage, "an armoured key ends before its last line") }
        return packets
    }
}
