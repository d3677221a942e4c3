import BerthSystem
import Foundation
import Testing

@testable import BerthArchive

/// Subresource integrity, as package registries write it.
@Suite struct IntegrityTests {
    /// By the openssl program: the hash of the bytes in base64.
    private func openssl(_ algorithm: HashAlgorithm, _ bytes: [UInt8]) async throws -> String {
        let program = try Programs.require("openssl", remedy: "run scripts/setup test")
        let hex = try await Command(program, ["dgst", "-\(algorithm.rawValue)", "-r"]).output(input: bytes).prefix {
            $0 != " "
        }
        let raw = stride(from: 0, to: hex.count, by: 2).compactMap { offset in
            UInt8(hex.dropFirst(offset).prefix(2), radix: 16)
        }
        return Data(raw).base64EncodedString()
    }

    @Test(arguments: HashAlgorithm.allCases) func `hashes are openssl's`(_ algorithm: HashAlgorithm) async throws {
        for text in ["x", String(repeating: "words ", count: 50_000)] {
            let bytes = Array(text.utf8)
            let expected = "\(algorithm.rawValue)-\(try await openssl(algorithm, bytes))"
            #expect(Integrity.of(bytes, algorithm).description == expected)
            #expect(try Integrity(expected) == Integrity.of(bytes, algorithm))
        }
    }

    @Test func `a hash piece by piece is that of the whole`() {
        let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        for algorithm in HashAlgorithm.allCases {
            var hasher = MessageHasher(algorithm)
            for start in stride(from: 0, to: bytes.count, by: 777) {
                hasher.update(Array(bytes[start..<min(start + 777, bytes.count)]))
            }
            #expect(Integrity.of(bytes, algorithm).matches(hasher.finalize()))
        }
    }

    @Test func `the strongest hash counts, and any of that kind`() throws {
        let (one, other) = (Integrity.of([1]), Integrity.of([2]))
        let weak = Integrity.of([9], .sha1)
        let both = try Integrity("\(weak)  \(one)?opt=a \n\(other)?x ")
        #expect(both.algorithm == .sha512 && !both.isWeak && weak.isWeak)
        #expect(both == (try Integrity("\(other) \(one)")))
        for bytes: [UInt8] in [[1], [2]] {
            var hasher = MessageHasher(.sha512)
            hasher.update(bytes)
            #expect(both.matches(hasher.finalize()))
        }
        var hasher = MessageHasher(.sha1)
        hasher.update([9])
        #expect(!both.matches(hasher.finalize()))
        #expect(try Integrity(sha1: "da39a3ee5e6b4b0d3255bfef95601890afd80709") == Integrity.of([], .sha1))
    }

    @Test func `what is no hash is refused`() {
        let good = "\(Integrity.of([1], .sha256))"
        for text in [
            "", " ", "sha512", "sha512-", "md5-1B2M2Y8AsgTpgAmyPhCfg==", "SHA256" + good.dropFirst(6),
            "sha512" + good.dropFirst(6),
            String(good.dropLast()), good + "=", good + "A", good.replacing("=", with: ""), good + " x", "-" + good,
            "sha256-" + String(repeating: "_", count: 43) + "=", "sha256:" + good.dropFirst(7),
        ] {
            #expect(throws: IntegrityError.self, "\(text)") { try Integrity(text) }
        }
        for text in ["", "da39", String(repeating: "g", count: 40), String(repeating: "a", count: 41)] {
            #expect(throws: IntegrityError.self, "\(text)") { try Integrity(sha1: text) }
        }
    }

    @Test func `base64 is Foundation's, and of one spelling only`() {
        for count in 0..<70 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 97 &+ 13) }
            #expect(Base64.encode(bytes) == Data(bytes).base64EncodedString())
            #expect(Base64.decode(Base64.encode(bytes)) == bytes)
        }
        for text in ["A", "AA", "AAA", "AB==", "AAB=", "A===", "AA=A", "====", "AAAA=", "A A=", "AA==AA=="] {
            #expect(Base64.decode(text) == nil, "\(text)")
        }
    }
}
