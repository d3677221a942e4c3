internal import BerthSystem
internal import CCrypto

/// Computes a hash piece by piece (libcrypto EVP).
@safe package struct MessageHasher: ~Copyable {
    private let context: OpaquePointer
    private let byteCount: Int

    package init(_ algorithm: HashAlgorithm) {
        guard let made = unsafe EVP_MD_CTX_new(),
            unsafe EVP_DigestInit_ex(made, Self.function(algorithm), nil) == 1
        else { preconditionFailure("libcrypto has no \(algorithm.rawValue)") }
        unsafe context = made
        byteCount = algorithm.byteCount
    }

    /// Has libcrypto read its configuration, which the first hash would wait for.
    ///
    /// Throws where it can't: then no hash can be made in this process.
    package static func prepare() throws {
        guard let context = unsafe EVP_MD_CTX_new() else {
            throw BerthError(.failed, "there is no memory to hash with")
        }
        defer { unsafe EVP_MD_CTX_free(context) }
        guard unsafe EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else {
            defer { ERR_clear_error() }
            let reason = unsafe ERR_reason_error_string(ERR_peek_error()).map { unsafe String(cString: $0) }
            throw BerthError(
                .failed, "libcrypto can't be used: \(reason ?? "it says no reason")",
                place: Machine.environment("OPENSSL_CONF") ?? "openssl.cnf", done: "nothing was done",
                remedy: "see that its configuration can be read, or unset OPENSSL_CONF")
        }
    }

    deinit { unsafe EVP_MD_CTX_free(context) }

    private static func function(_ algorithm: HashAlgorithm) -> OpaquePointer? {
        switch algorithm {
        case .sha1: unsafe EVP_sha1()
        case .sha256: unsafe EVP_sha256()
        case .sha384: unsafe EVP_sha384()
        case .sha512: unsafe EVP_sha512()
        }
    }

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
    package consuming func finalize() -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: byteCount)
        let result = unsafe EVP_DigestFinal_ex(context, &bytes, nil)
        precondition(result == 1, "libcrypto refused to finish the hash")
        return bytes
    }
}
