/// A hash function that a foreign format names a file by, from the weakest to the strongest.
package enum HashAlgorithm: String, Sendable, CaseIterable, Comparable {
    /// Broken (SHAttered); old entries of package registries have nothing better.
    case sha1
    case sha256
    case sha384
    case sha512

    /// Bytes of a result.
    package var byteCount: Int {
        switch self {
        case .sha1: 20
        case .sha256: 32
        case .sha384: 48
        case .sha512: 64
        }
    }

    package static func < (left: HashAlgorithm, right: HashAlgorithm) -> Bool { left.byteCount < right.byteCount }
}
