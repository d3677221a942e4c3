import BerthArchive
import BerthSystem
import BerthTestSupport
import SystemPackage
import Testing

/// Keys and signatures go to and come from openssl.
struct SigningKeyTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder("keys") }

    private func file(_ name: String) -> FilePath { folder.path.appending(name) }

    @discardableResult
    private func openssl(_ arguments: String...) async throws -> Command.Outcome {
        var command = Command(try Programs.require("openssl", remedy: "scripts/setup test"), arguments)
        command.directory = folder.path
        return try await command.run()
    }

    private let message = Array("two berths, one quay\n".utf8)

    @Test func `openssl accepts our signature, and refuses it over other bytes`() async throws {
        let key = try SigningKey()
        try Files.writeAtomically(key.verifying.pem, to: file("key.pub"))
        try Files.writeAtomically(key.sign(message), to: file("sig"))
        try Files.writeAtomically(message, to: file("message"))
        let good = try await openssl("dgst", "-sha256", "-verify", "key.pub", "-signature", "sig", "message")
        #expect(good.succeeded && good.output.contains("Verified OK"), "\(good)")
        try Files.writeAtomically(message + [0x0A], to: file("message"))
        #expect(try await !openssl("dgst", "-sha256", "-verify", "key.pub", "-signature", "sig", "message").succeeded)
    }

    @Test(arguments: ["pkcs8", "sec1", "parameters"]) func `openssl's keys are read and its signatures accepted`(
        form: String
    ) async throws {
        switch form {
        case "pkcs8":
            try await openssl(
                "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", "key.pem")
        case "sec1": try await openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "key.pem")
        default: try await openssl("ecparam", "-name", "prime256v1", "-genkey", "-out", "key.pem")
        }
        let key = try SigningKey(pem: Files.read(file("key.pem")))
        try Files.writeAtomically(message, to: file("message"))
        try await openssl("dgst", "-sha256", "-sign", "key.pem", "-out", "sig", "message")
        let signature = try Files.read(file("sig"))
        #expect(key.verifying.verifies(signature, of: message))
        #expect(!key.verifying.verifies(signature, of: message + [0]))
        #expect(!key.verifying.verifies(Array(signature.dropLast()), of: message))
        #expect(!key.verifying.verifies(signature + [0], of: message))
        #expect(!key.verifying.verifies([], of: message))
        #expect(try !SigningKey().verifying.verifies(signature, of: message))
    }

    @Test func `openssl reads what we write, and gives the same public key and name`() async throws {
        let key = try SigningKey()
        try Files.writeAtomically(key.pem, to: file("key.pem"), mode: 0o600)
        let half = try await openssl("pkey", "-in", "key.pem", "-pubout")
        #expect(half.output == String(decoding: key.verifying.pem, as: UTF8.self))
        try await openssl("pkey", "-in", "key.pem", "-pubout", "-outform", "DER", "-out", "key.der")
        #expect(try FileDigest.of(file("key.der")) == key.verifying.id)
        #expect(try VerifyingKey(pem: Array(half.output.utf8)) == key.verifying)
        #expect(try SigningKey(pem: key.pem).verifying == key.verifying)
    }

    @Test func `other curves, other kinds, passwords and halves are told apart`() async throws {
        try await openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384", "-out", "p384.pem")
        try await openssl("genpkey", "-algorithm", "ED25519", "-out", "ed.pem")
        let key = try SigningKey()
        try Files.writeAtomically(key.pem, to: file("key.pem"), mode: 0o600)
        try await openssl("pkcs8", "-topk8", "-in", "key.pem", "-passout", "pass:x", "-out", "locked.pem")
        try await openssl("ec", "-in", "key.pem", "-aes128", "-passout", "pass:x", "-out", "old.pem")
        for name in ["p384.pem", "ed.pem"] {
            #expect(throws: KeyFault.noPrivateKey) { try SigningKey(pem: Files.read(file(name))) }
        }
        for name in ["locked.pem", "old.pem"] {
            #expect(throws: KeyFault.encrypted) { try SigningKey(pem: Files.read(file(name))) }
        }
        #expect(throws: KeyFault.noPrivateKey) { try SigningKey(pem: key.verifying.pem) }
        #expect(throws: KeyFault.isPrivate) { try VerifyingKey(pem: key.pem) }
        let other = try await openssl("pkey", "-in", "p384.pem", "-pubout").output
        #expect(throws: KeyFault.noPublicKey) { try VerifyingKey(pem: Array(other.utf8)) }
        for bytes in [[], [0], Array("-----BEGIN PUBLIC KEY-----\n".utf8), Array(key.verifying.pem.dropLast(40))] {
            #expect(throws: KeyFault.noPublicKey) { try VerifyingKey(pem: bytes) }
        }
    }

    @Test func `no description shows the secret`() throws {
        let key = try SigningKey()
        var shown = "\(key) \(String(reflecting: key))"
        dump(key, to: &shown)
        let secret = String(decoding: key.pem, as: UTF8.self).split(separator: "\n")[1]
        #expect(!shown.contains(secret) && !shown.contains("PRIVATE"))
    }
}
