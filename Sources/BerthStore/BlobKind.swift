internal import BerthSystem
internal import SystemPackage

/// What a blob is, by its first bytes: good enough to count by, and always the same for the same bytes.
enum BlobKind: String {
    case deb, zip, gzip, zstd, xz, json, other

    private static let signatures: [(kind: BlobKind, bytes: [UInt8])] = [
        (.deb, Array("!<arch>\n".utf8)), (.zip, [0x50, 0x4B, 3, 4]), (.gzip, [0x1F, 0x8B]),
        (.zstd, [0x28, 0xB5, 0x2F, 0xFD]), (.xz, [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0]), (.json, [0x7B]),
    ]

    static func of(_ path: FilePath) -> BlobKind {
        guard let descriptor = try? Files.open(path, .readOnly, options: .noFollow) else { return .other }
        defer { try? descriptor.close() }
        var start = [UInt8](repeating: 0, count: 8)
        let count = (try? start.withUnsafeMutableBytes { try descriptor.read(into: $0) }) ?? 0
        return signatures.first { start.prefix(count).starts(with: $0.bytes) }?.kind ?? .other
    }
}
