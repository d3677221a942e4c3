internal import BerthSystem
internal import CCrypto

/// A P-256 key as libcrypto holds it, freed with its last use.
@safe struct KeyHandle: ~Copyable {
    private let key: OpaquePointer

    private init(_ key: OpaquePointer) { unsafe self.key = key }

    deinit { unsafe EVP_PKEY_free(key) }

    /// A new key from libcrypto's random numbers.
    static func make() throws -> KeyHandle {
        guard let context = unsafe EVP_PKEY_CTX_new_from_name(nil, "EC", nil) else { throw failure("make a key") }
        defer { unsafe EVP_PKEY_CTX_free(context) }
        var made: OpaquePointer?
        guard unsafe EVP_PKEY_keygen_init(context) == 1, unsafe EVP_PKEY_CTX_set_group_name(context, "P-256") == 1,
            unsafe EVP_PKEY_generate(context, &made) == 1, let made = unsafe made
        else { throw failure("make a key") }
        return unsafe KeyHandle(made)
    }

    /// Reads the first private (or public) key of a PEM text; nil when there is none of P-256.
    ///
    /// A password is never asked for: an encrypted key reads as none.
    static func read(_ pem: [UInt8], isPrivate: Bool) -> KeyHandle? {
        defer { ERR_clear_error() }
        guard let found = unsafe parse(pem, isPrivate: isPrivate) else { return nil }
        let handle = unsafe KeyHandle(found)
        if handle.isP256 { return handle }
        return nil
    }

    private static func parse(_ pem: [UInt8], isPrivate: Bool) -> OpaquePointer? {
        guard let size = Int32(exactly: pem.count) else { return nil }
        return unsafe pem.withUnsafeBytes { bytes in
            guard let input = unsafe BIO_new_mem_buf(bytes.baseAddress, size) else { return nil }
            defer { unsafe BIO_free(input) }
            return isPrivate
                ? unsafe PEM_read_bio_PrivateKey(input, nil, { _, _, _, _ in -1 }, nil)
                : unsafe PEM_read_bio_PUBKEY(input, nil, { _, _, _, _ in -1 }, nil)
        }
    }

    private var isP256: Bool {
        var name = [CChar](repeating: 0, count: 64)
        var length = 0
        guard unsafe EVP_PKEY_get_group_name(key, &name, name.count, &length) == 1 else { return false }
        return String(decoding: name.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self) == "prime256v1"
    }

    /// PKCS#8, unencrypted, as PEM (RFC 5958, RFC 7468).
    func privatePEM() throws -> [UInt8] {
        try unsafe Self.written("write the private key") {
            unsafe PEM_write_bio_PKCS8PrivateKey($0, key, nil, nil, 0, nil, nil)
        }
    }

    /// SubjectPublicKeyInfo as PEM (RFC 5480, RFC 7468).
    func publicPEM() throws -> [UInt8] {
        try unsafe Self.written("write the public key") { unsafe PEM_write_bio_PUBKEY($0, key) }
    }

    /// SubjectPublicKeyInfo in DER.
    func publicDER() throws -> [UInt8] {
        try unsafe Self.written("write the public key") { unsafe i2d_PUBKEY_bio($0, key) }
    }

    /// ECDSA over SHA-256, in DER.
    func sign(_ message: [UInt8]) throws -> [UInt8] {
        guard let context = unsafe EVP_MD_CTX_new() else { throw Self.failure("sign") }
        defer { unsafe EVP_MD_CTX_free(context) }
        // A P-256 signature in DER has at most 72 bytes.
        var signature = [UInt8](repeating: 0, count: 128)
        var length = signature.count
        guard unsafe EVP_DigestSignInit(context, nil, EVP_sha256(), nil, key) == 1,
            unsafe EVP_DigestSign(context, &signature, &length, message, message.count) == 1
        else { throw Self.failure("sign") }
        return Array(signature.prefix(length))
    }

    /// Whether a signature in DER is this key's over the message; anything malformed is not.
    func verifies(_ signature: [UInt8], of message: [UInt8]) -> Bool {
        defer { ERR_clear_error() }
        guard !signature.isEmpty, let context = unsafe EVP_MD_CTX_new() else { return false }
        defer { unsafe EVP_MD_CTX_free(context) }
        guard unsafe EVP_DigestVerifyInit(context, nil, EVP_sha256(), nil, key) == 1 else { return false }
        return unsafe EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
    }

    /// What a function of libcrypto writes into a buffer.
    private static func written(_ action: String, _ write: (OpaquePointer) -> Int32) throws -> [UInt8] {
        guard let output = unsafe BIO_new(BIO_s_mem()) else { throw failure(action) }
        defer { unsafe BIO_free(output) }
        guard unsafe write(output) == 1 else { throw failure(action) }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = unsafe BIO_read(output, &bytes, Int32(bytes.count))
        guard count > 0 else { throw failure(action) }
        return Array(bytes.prefix(Int(count)))
    }

    /// libcrypto's own words stay out: they could quote the key's file.
    private static func failure(_ action: String) -> BerthError {
        ERR_clear_error()
        return BerthError(.failed, "libcrypto could not \(action)", remedy: "check the installation of OpenSSL 3")
    }
}
