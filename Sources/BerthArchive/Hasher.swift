internal import BerthSystem
internal import CCrypto

/// Computes a SHA-256 digest piece by piece (libcrypto EVP; SHA-NI and ARMv8 instructions where the machine has them).
@safe package struct Hasher: ~Copyable {
    private let context: OpaquePointer

    package init() {
        guard let made = unsafe EVP_MD_CTX_new(), unsafe EVP_DigestInit_ex(made, EVP_sha256(), nil) == 1 else {
            preconditionFailure("libcrypto has no SHA-256")
        }
        unsafe context = made
    }

    deinit { unsafe EVP_MD_CTX_free(context) }

    /// Adds bytes.
    package mutating func update(_ bytes: RawSpan) {
        unsafe bytes.withUnsafeBytes { buffer in
            let result = unsafe EVP_DigestUpdate(context, buffer.baseAddress, buffer.count)
            precondition(result == 1, "libcrypto refused to hash")
        }
    }

    /// Adds bytes.
    package mutating func update(_ bytes: [UInt8]) { unsafe update(bytes.span.bytes) }

    /// Ends the computation; the compiler refuses an update after it.
    package consuming func finalize() -> Digest {
        var bytes = [UInt8](repeating: 0, count: 32)
        let result = unsafe EVP_DigestFinal_ex(context, &bytes, nil)
        precondition(result == 1, "libcrypto refused to finish the hash")
        return Digest(bytes: bytes)
    }
}
