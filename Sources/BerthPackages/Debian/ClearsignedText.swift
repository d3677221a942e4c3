internal import BerthSystem

/// A text with its signature in one file (RFC 4880 §7), taken apart by ourselves.
///
/// Only what is handed to the verifier is read afterwards, so text outside the signed part can't slip in.
struct ClearsignedText: Sendable {
    /// The signed lines, without the dash escapes and blanks at line ends that a signature does not cover.
    let lines: [String]
    /// The armoured signature block.
    let signature: String

    /// Takes a file apart; throws `.damaged` when it is unsigned, or holds anything before, between or after its parts.
    init(_ bytes: [UInt8], place: String) throws {
        guard let text = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
            throw Self.refused("it is not text", place)
        }
        let all = text.lines.map { String($0.trimmedAtEnd) }
        guard all.first == "-----BEGIN PGP SIGNED MESSAGE-----" else {
            let page = text.prefix(200).lowercased().contains("<html") || text.hasPrefix("<!")
            throw Self.refused(page ? "it is a web page, not a Release file" : "it carries no signature", place)
        }
        guard let blank = all.firstIndex(of: ""), all[1..<blank].allSatisfy({ $0.hasPrefix("Hash: ") }),
            let begin = all.firstIndex(of: "-----BEGIN PGP SIGNATURE-----"), begin > blank,
            let end = all.firstIndex(of: "-----END PGP SIGNATURE-----"), end > begin,
            all[(end + 1)...].allSatisfy(\.isEmpty)
        else { throw Self.refused("its signature is cut off, or there is text outside the signed part", place) }
        lines = try all[(blank + 1)..<begin].map { line in
            guard line.hasPrefix("-") else { return line }
            guard line.hasPrefix("- ") else { throw Self.refused("its signed part breaks the format", place) }
            return String(line.dropFirst(2))
        }
        signature = all[begin...end].joined(separator: "\n") + "\n"
    }

    /// The bytes that the signature covers; verifiers turn the line ends into CR LF (RFC 4880 §7.1).
    var signedBytes: [UInt8] { Array(lines.joined(separator: "\n").utf8) }

    private static func refused(_ why: String, _ place: String) -> BerthError {
        BerthError(
            .damaged, "the Release file can't be trusted: \(why)", place: place, done: "nothing of it was used",
            remedy: "try another mirror, or run the same command later")
    }
}

extension Substring {
    /// The line without the blanks and tabs that a text signature leaves out, and without a carriage return.
    fileprivate var trimmedAtEnd: Substring {
        var rest = utf8[...]
        while let last = rest.last, [0x20, 0x09, 0x0D].contains(last) { rest = rest.dropLast() }
        return Substring(rest)
    }
}
