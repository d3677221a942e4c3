import BerthArchive
import BerthStore
import BerthSystem
import BerthTestSupport
import Foundation
import SystemPackage
import Testing

@testable import BerthImage

/// `berth image verify` refuses whatever was exchanged, and says what.
struct TamperingTests {
    private func expectRefusal(_ ship: AttestedShip, _ words: String, _ more: String...) async throws {
        var command = try BuiltProgram.command(["image", "verify", "ship"] + more, home: ship.yard.store)
        command.environment["BERTH_SIGNING_KEY"] = ship.keyFile.string
        let outcome = try await command.run()
        #expect(outcome.code == 12 && outcome.errors.contains(words), "\(words): \(outcome.code) \(outcome.errors)")
        #expect(!outcome.output.contains("good"))
    }

    @Test func `a whole version passes, under its own key or a named one`() async throws {
        try await withShip { ship in
            let half = SigningKeyFile.publicPath(of: ship.keyFile)
            for more in [[], ["--key", half.string], ["--json"]] {
                let outcome = try await BuiltProgram.command(
                    ["image", "verify", "ship"] + more, home: ship.yard.store
                ).run()
                #expect(outcome.succeeded, "\(outcome.errors)")
                let id = try ship.key.verifying.id
                #expect(outcome.output.contains(more == ["--json"] ? id.hex : "good, of key \(id.short)"))
            }
            // The recipe's folder still works as the name, and so does a rebuild.
            let rebuilt = try await ship.yard.command("verify", ["--rebuild", "--offline"]).run()
            #expect(rebuilt.succeeded && rebuilt.output.contains("isSame"), "\(rebuilt.errors)")
        }
    }

    @Test func `another payload, signature or form does not fit`() async throws {
        try await withShip { ship in
            let good = try ship.bundle()
            var payload = good
            payload.dsseEnvelope.payload[40] ^= 1
            var signature = good
            signature.dsseEnvelope.signatures[0].sig[30] ^= 1
            for bundle in [payload, signature] {
                try ship.exchange(SignatureBundle.mediaType, by: CanonicalJSON.encode(bundle))
                try await expectRefusal(ship, "does not fit")
            }
            for bytes in [Array("{}".utf8), try CanonicalJSON.encode(good) + [0x20], [0], Array("[[[[".utf8)] {
                try ship.exchange(SignatureBundle.mediaType, by: bytes)
                try await expectRefusal(ship, "does not fit")
            }
        }
    }

    @Test func `another's signature is told from none`() async throws {
        try await withShip { ship in
            let other = ship.yard.folder.path.appending("other.pem")
            let key = try SigningKey()
            try Files.writeAtomically(key.pem, to: other, mode: 0o600)
            try Files.writeAtomically(key.verifying.pem, to: SigningKeyFile.publicPath(of: other))
            try await expectRefusal(ship, "is of another key", "--key", SigningKeyFile.publicPath(of: other).string)
            // A second signature stands beside the first, and signing again adds none.
            for _ in 0..<2 { #expect(try await ship.berth("sign", "--key", other.string).succeeded) }
            #expect(try ship.version.attachments?.count { $0.isSignature } == 2)
            let half = SigningKeyFile.publicPath(of: other).string
            #expect(try await ship.berth("verify", "--key", half).succeeded)
            #expect(try await ship.berth("verify").succeeded)
            #expect(try await ship.yard.checkStore().succeeded)
            // The own signature goes: the other's stays.
            let own = try ship.key.verifying.id
            try ship.exchange { attachments, _ in attachments.removeAll { $0.key == own } }
            try await expectRefusal(ship, "is of another key")
            try ship.exchange { attachments, _ in attachments.removeAll { $0.isSignature } }
            try await expectRefusal(ship, "has no signature")
        }
    }

    @Test func `a name of our key over another's signature does not fit`() async throws {
        try await withShip { ship in
            var bundle = try SignatureBundle(signing: Array(ship.bundle().dsseEnvelope.payload), with: SigningKey())
            bundle.verificationMaterial.publicKey.hint = try ship.key.verifying.id.hex
            bundle.dsseEnvelope.signatures[0].keyid = bundle.verificationMaterial.publicKey.hint
            try ship.exchange(SignatureBundle.mediaType, by: CanonicalJSON.encode(bundle))
            try await expectRefusal(ship, "does not fit")
        }
    }

    @Test func `provenance of another image is refused, also under the right key`() async throws {
        try await withArchive { archive, mirror in
            let yard = try Yard(archive, mirror)
            _ = try await yard.build()
            let ship = try AttestedShip(yard)
            let older = try ship.content(SignatureBundle.mediaType)
            let newer = SmallArchive.packages.map {
                $0.name == "anchor" ? SmallArchive.anchor(version: "1.1", date: 9000) : $0
            }
            try await archive.publish(newer)
            _ = try await yard.command("lock").output()
            _ = try await yard.build(["--locked"])
            #expect(try await ship.berth("verify").succeeded)
            try ship.exchange(SignatureBundle.mediaType, by: older)
            try await expectRefusal(ship, "is of another image")
            // Nor is it signed anew by mistake.
            let signed = try await ship.berth("sign")
            #expect(signed.code == 64 && signed.errors.contains("no provenance that could be signed"))
            // A manifest that speaks of another subject than the record says.
            try ship.exchange { attachments, writer in
                let place = try #require(attachments.firstIndex { $0.isSignature })
                var wrong = try writer.attach(
                    older, SignatureBundle.mediaType, to: .init(index: Digest.of("other"), size: ByteCount(1)))
                wrong.subject = try ship.version.index
                attachments[place] = wrong
            }
            try await expectRefusal(ship, "speaks of something else")
            // What is signed must be provenance.
            let odd = try SignatureBundle(signing: Array(#"{"_type":"x"}"#.utf8), with: ship.key)
            try ship.exchange(SignatureBundle.mediaType, by: CanonicalJSON.encode(odd))
            try await expectRefusal(ship, "no SLSA provenance")
        }
    }

    @Test func `a bill of materials that is missing or another is refused`() async throws {
        try await withShip { ship in
            let whole = try ship.version.attachments ?? []
            try ship.exchange { attachments, _ in attachments.removeAll { $0.bill == .spdx } }
            try await expectRefusal(ship, "has no bill of materials for linux/amd64")
            let sbom = try await ship.berth("sbom")
            #expect(sbom.code == 64 && sbom.errors.contains("has no bill of materials"), "\(sbom.errors)")
            try ship.exchange { attachments, _ in attachments = whole }
            #expect(try await ship.berth("verify").succeeded)
            let text = String(decoding: try ship.content(BillFormat.spdx.mediaType), as: UTF8.self)
            try ship.exchange(BillFormat.spdx.mediaType, by: Array(text.replacing("rope", with: "hope").utf8))
            try await expectRefusal(ship, "is not the one that was signed")
        }
    }

    @Test func `an attachment that is larger than it may be, or than it says, is not read`() async throws {
        try await withShip { ship in
            let large = [UInt8](repeating: UInt8(ascii: " "), count: 5 << 20)
            try ship.exchange(SignatureBundle.mediaType, by: large)
            try await expectRefusal(ship, "is larger than")
            try ship.exchange { attachments, _ in
                for place in attachments.indices where attachments[place].isSignature {
                    attachments[place].contentSize = ByteCount(1000)
                }
            }
            try await expectRefusal(ship, "of another size")
        }
    }

    @Test func `a flipped bit in any attached blob is found`() async throws {
        try await withShip { ship in
            for attachment in try ship.version.attachments ?? [] {
                for digest in [attachment.manifest, attachment.content] {
                    let path = ship.store.path(of: digest)
                    let bytes = try Files.read(path)
                    var changed = bytes
                    changed[bytes.count / 2] ^= 1
                    try Files.writeAtomically(changed, to: path)
                    try await expectRefusal(ship, "missing or damaged")
                    try Files.writeAtomically(bytes, to: path)
                }
            }
            #expect(try await ship.berth("verify").succeeded)
        }
    }

    @Test func `a version that came without attachments is told so, and its digests can be checked alone`() async throws
    {
        try await withShip { ship in
            // As older programs recorded it: no such field at all.
            let version = try ship.version
            var old = version.with(attachments: [])
            old.attachments = nil
            try VersionCatalog(ship.store).replace(version, by: old)
            #expect(try !String(decoding: CanonicalJSON.encode(old), as: UTF8.self).contains("attachments"))
            try await expectRefusal(ship, "has no signature")
            let alone = try await ship.berth("verify", "--digests-only")
            #expect(alone.succeeded && !alone.output.contains("signature"), "\(alone.errors)")
            let shown = try await ship.berth("show")
            #expect(shown.output.contains("nothing: no bill of materials, not signed"), "\(shown.output)")
            for verb in ["sbom", "sign"] { #expect(try await ship.berth(verb).code == 64) }
            // As a version that an engine built from a Dockerfile, which has no lock.
            let text = String(decoding: try CanonicalJSON.encode(old), as: UTF8.self)
            let bare = text.replacing(#/"lock":"[^"]+",/#, with: "")
            try VersionCatalog(ship.store).replace(
                old, by: JSONDecoder().decode(Version.self, from: Data(bare.utf8)))
            try await expectRefusal(ship, "built from a Dockerfile or pulled without attachments")
            for verb in ["sbom", "sign"] {
                let outcome = try await ship.berth(verb)
                #expect(outcome.code == 64 && outcome.errors.contains("built from a Dockerfile"), "\(outcome.errors)")
            }
        }
    }
}
