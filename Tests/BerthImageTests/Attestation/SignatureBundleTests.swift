import BerthArchive
internal import BerthStore
import BerthSystem
import BerthTestSupport
import Foundation
import SystemPackage
import Testing

@testable import BerthImage

/// Signed statements: what others accept, and what nobody may.
struct SignatureBundleTests {
    private let key: SigningKey
    private let statement = Array(#"{"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"ship"}]}"#.utf8)
    private let bytes: [UInt8]

    init() throws {
        key = try SigningKey()
        bytes = try CanonicalJSON.encode(SignatureBundle(signing: statement, with: key))
    }

    @Test func `it reads back as what was signed`() throws {
        let bundle = try SignatureBundle(parsing: bytes)
        #expect(bundle.statement(signedBy: key.verifying) == statement)
        #expect(try bundle.statement(signedBy: SigningKey().verifying) == nil)
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(text.contains(#""mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json""#))
        #expect(text.contains(#""publicKey":{"hint":"\#(key.verifying.id.hex)"}"#))
    }

    @Test func `securesystemslib accepts it, and refuses it once tampered with`() async throws {
        let folder = try TemporaryFolder("dsse")
        let (file, half) = (folder.path.appending("bundle.json"), folder.path.appending("key.pub"))
        try Files.writeAtomically(bytes, to: file)
        try Files.writeAtomically(key.verifying.pem, to: half)
        let good = try await ForeignReaders.run("dsse", file.string, half.string)
        #expect(good.succeeded && good.output == String(decoding: statement, as: UTF8.self) + "\n", "\(good.errors)")
        var other = try SignatureBundle(parsing: bytes)
        other.dsseEnvelope.payload = Data(statement.dropLast()) + Data(" }".utf8)
        try Files.writeAtomically(CanonicalJSON.encode(other), to: file)
        #expect(try await !ForeignReaders.run("dsse", file.string, half.string).succeeded)
        try Files.writeAtomically(bytes, to: file)
        try Files.writeAtomically(SigningKey().verifying.pem, to: half)
        #expect(try await !ForeignReaders.run("dsse", file.string, half.string).succeeded)
    }

    @Test func `each part that is exchanged is noticed`() throws {
        let changes: [(String, (inout SignatureBundle) throws -> Void)] = [
            ("payload", { $0.dsseEnvelope.payload[0] ^= 1 }),
            ("type", { $0.dsseEnvelope.payloadType = "text/plain" }),
            ("signature", { $0.dsseEnvelope.signatures[0].sig[20] ^= 1 }),
            ("two signatures", { $0.dsseEnvelope.signatures += $0.dsseEnvelope.signatures }),
            ("no signature", { $0.dsseEnvelope.signatures = [] }),
            ("key of the envelope", { $0.dsseEnvelope.signatures[0].keyid = "x" }),
            ("media type", { $0.mediaType += "x" }),
            (
                "hint",
                { bundle in
                    bundle.verificationMaterial.publicKey.hint = try SigningKey().verifying.id.hex
                    bundle.dsseEnvelope.signatures[0].keyid = bundle.verificationMaterial.publicKey.hint
                }
            ),
        ]
        for (name, change) in changes {
            var bundle = try SignatureBundle(parsing: bytes)
            try change(&bundle)
            #expect(try !isGood(CanonicalJSON.encode(bundle)), "\(name)")
        }
    }

    /// Whether anything in these bytes is taken as signed by the key.
    private func isGood(_ bytes: [UInt8]) -> Bool {
        (try? SignatureBundle(parsing: bytes))?.statement(signedBy: key.verifying) != nil
    }

    @Test func `thousands of changed bundles are refused, and none ends the program`() {
        var dice = Dice(state: 7)
        #expect(isGood(bytes))
        for _ in 0..<6000 {
            let changed = mutated(&dice)
            if changed != bytes { #expect(!isGood(changed), "\(String(decoding: changed, as: UTF8.self))") }
        }
    }

    private static let signs = Array("{}[]\",:\\ 0e-/=AZ\n\0".utf8)

    private func mutated(_ dice: inout Dice) -> [UInt8] {
        var changed = bytes
        for _ in 0...dice.below(3) {
            let (place, other) = (dice.below(max(1, changed.count)), dice.below(max(1, changed.count)))
            let piece = Array(changed[min(place, other)..<max(place, other)].prefix(dice.below(64)))
            switch dice.below(7) {
            case 0: changed[place] ^= 1 << UInt8(dice.below(8))
            case 1: changed[place] = Self.signs[dice.below(Self.signs.count)]
            case 2: changed.insert(Self.signs[dice.below(Self.signs.count)], at: place)
            case 3: changed.removeSubrange(place..<min(changed.count, place + 1 + dice.below(8)))
            case 4: changed.insert(contentsOf: piece, at: place)
            case 5: changed = Array(changed[..<place])
            default: changed[place] = UInt8(dice.below(256))
            }
            if changed.isEmpty { return changed }
        }
        return changed
    }

    @Test func `deep, large and doubled documents are refused`() {
        let deep = [UInt8](repeating: UInt8(ascii: "["), count: 1 << 20)
        let objects = Array(String(repeating: #"{"dsseEnvelope":"#, count: 100_000).utf8)
        let large = [UInt8](repeating: UInt8(ascii: " "), count: 5 << 20) + bytes
        let doubled = Array(#"{"mediaType":"x","#.utf8) + bytes.dropFirst()
        for text in [deep, objects, large, doubled, bytes + [0x0A], [0x20] + bytes, [], [0xFF, 0xFE]] {
            #expect(!isGood(text))
        }
    }
}

/// Numbers that look random and are the same in every run (SplitMix64).
private struct Dice {
    var state: UInt64

    mutating func below(_ limit: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((word ^ (word >> 31)) % UInt64(limit))
    }
}
