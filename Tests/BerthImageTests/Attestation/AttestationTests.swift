import BerthArchive
import BerthStore
import BerthSystem
import BerthTestSupport
import Foundation
import SystemPackage
import Testing

@testable import BerthImage

/// Every build says what it holds and how it came to be, and signs that.
struct AttestationTests {
    @Test func `foreign readers accept what a build attached`() async throws {
        try await withShip { ship in
            let folder = try TemporaryFolder("attached")
            for format in ["spdx", "cyclonedx"] {
                let file = folder.path.appending(format == "spdx" ? "ship.spdx.json" : "ship.cdx.json")
                let written = try await ship.berth("sbom", "--format", format, "--output", file.string)
                #expect(written.succeeded, "\(written.errors)")
                let read = try await ForeignReaders.run(format, file.string)
                #expect(read.succeeded && read.output == "5\n", "\(read.errors)")
                let printed = try await ship.berth("sbom", "--format", format, "--platform", "linux/amd64")
                #expect(printed.output == (try Files.readText(file)) + "\n")
            }
            let bundle = folder.path.appending("bundle.json")
            try Files.writeAtomically(ship.content(SignatureBundle.mediaType), to: bundle)
            let half = SigningKeyFile.publicPath(of: ship.keyFile)
            let read = try await ForeignReaders.run("dsse", bundle.string, half.string)
            #expect(read.succeeded, "\(read.errors)")
            try checkStatement(Array(read.output.utf8), ship)
        }
    }

    private func checkStatement(_ bytes: [UInt8], _ ship: AttestedShip) throws {
        let statement = try JSONDecoder().decode(StatementSummary.self, from: Data(bytes))
        let version = try ship.version
        #expect(statement.subject.map(\.sha256) == [version.index, version.platforms[0].manifest])
        let lock = try VersionCatalog(ship.store).lock(of: version)
        let inputs = Set(statement.predicate.buildDefinition.resolvedDependencies.compactMap(\.sha256))
        // The packages, the lock, and the file that the recipe brings along.
        let own = [try #require(version.lock), Digest.of("hello\n")]
        #expect(inputs == Set(lock.files.map(\.digest) + own))
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(!text.contains(ship.yard.mirror.address) && text.contains("pool/main/rope_1.0_amd64.deb"))
        #expect(text.contains(#""slsaBuildLevel":1"#) && text.contains(#""packages":["rope","anchor","lamp"]"#))
    }

    @Test func `an equal build elsewhere attaches equal documents; only the signature is its own`() async throws {
        try await withArchive { archive, mirror in
            let yard = try Yard(archive, mirror)
            _ = try await yard.build()
            let other = try Yard(archive, mirror)
            try Files.writeAtomically(
                Files.read(yard.recipe.appending("berth.lock")), to: other.recipe.appending("berth.lock"))
            _ = try await other.build(["--locked"])
            let (first, second) = (try AttestedShip(yard), try AttestedShip(other))
            #expect(try first.version.index == second.version.index)
            for format in BillFormat.allCases {
                #expect(try first.content(format.mediaType) == second.content(format.mediaType))
            }
            #expect(try first.bundle().dsseEnvelope.payload == second.bundle().dsseEnvelope.payload)
            #expect(try first.bundle().keyID != second.bundle().keyID)
        }
    }

    @Test func `attachments are OCI manifests with a subject, kept with the version and not in its archive`()
        async throws
    {
        try await withShip { ship in
            let version = try ship.version
            let attachments = try #require(version.attachments)
            #expect(
                attachments.map(\.subject) == [
                    version.platforms[0].manifest, version.platforms[0].manifest, version.index,
                ])
            for attachment in attachments {
                let manifest = try ship.store.read(attachment.manifest, limit: ByteCount(1 << 20))
                #expect(Attached(manifest: manifest)?.content == attachment.content)
                let read = try #require(Attached(manifest: manifest))
                #expect(read.naming(keyIn: try ship.store.read(read.content, limit: ByteCount(1 << 24))) == attachment)
                let text = String(decoding: manifest, as: UTF8.self)
                #expect(
                    text.contains(#""mediaType":"application/vnd.oci.empty.v1+json""#)
                        && text.contains("44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"))
            }
            let collected = try await BuiltProgram.command(["store", "gc", "--grace", "0"], home: ship.yard.store).run()
            #expect(collected.succeeded, "\(collected.errors)")
            #expect(try await ship.yard.checkStore().succeeded)
            #expect(try await ship.berth("verify").succeeded)
            let pieces = try HybridArchive(version, platforms: version.platforms, store: ship.store).pieces()
            #expect(pieces.size < version.platforms[0].size + ByteCount(1 << 20))
        }
    }

    @Test func `an attachment's manifest with a changed byte, or cut, is read or is none`() async throws {
        try await withShip { ship in
            let attachment = try #require(ship.version.attachments?.last)
            let bytes = try ship.store.read(attachment.manifest, limit: ByteCount(1 << 20))
            let signs = Array("{}[]\",:0-e\0".utf8)
            for index in bytes.indices {
                for sign in [signs[index % signs.count], bytes[index] ^ 0x20] {
                    var changed = bytes
                    changed[index] = sign
                    let read = Attached(manifest: changed)
                    // Another reader of JSON decides what is any; what is read is what was given, not what was meant.
                    let isJSON = (try? JSONSerialization.jsonObject(with: Data(changed))) != nil
                    #expect(read == nil || isJSON, "byte \(index)")
                    #expect(read == nil || read?.manifest == Digest.of(changed), "byte \(index)")
                }
                #expect(Attached(manifest: Array(bytes[..<index])) == nil)
            }
            let text = String(decoding: bytes, as: UTF8.self)
            for word in ["\"subject\"", "\"layers\"", "\"config\"", "\"digest\"", "\"size\"", "sha256:"] {
                try #require(text.contains(word))
                let changed = text.replacing(word, with: word.replacing("s", with: "z").replacing("g", with: "q"))
                #expect(Attached(manifest: Array(changed.utf8)) == nil, "\(word)")
            }
        }
    }

    @Test func `the first build makes the key and says so; later ones use it`() async throws {
        try await withArchive { archive, mirror in
            let yard = try Yard(archive, mirror)
            let first = try await yard.command("build").run()
            let file = BuiltProgram.signingKey(yard.store)
            #expect(first.succeeded && first.errors.contains("a signing key was made: \(file)"), "\(first.errors)")
            #expect(try Files.facts(file)?.mode == 0o600)
            let key = try SigningKeyFile.read(file)
            #expect(try SigningKeyFile.readPublic(SigningKeyFile.publicPath(of: file)) == key.verifying)
            #expect(try AttestedShip(yard).version.attachments?.compactMap(\.key) == [key.verifying.id])
            let again = try await yard.command("build").run()
            #expect(again.succeeded && !again.errors.contains("key"), "\(again.errors)")
        }
    }

    @Test func `two who make the first key at once get the same one`() async throws {
        let folder = try TemporaryFolder("keys")
        let file = folder.path.pushing("deep/signing.pem")
        let made = try await inParallel(Array(0..<8), limit: 8) { _ in
            try await offload { try SigningKeyFile.readOrMake(file) }
        }
        #expect(Set(made.map(\.key.verifying.id)).count == 1 && made.count { $0.isNew } == 1)
    }

    @Test func `a public key that somebody put there is not written over, and the image stays unsigned`() async throws {
        try await withArchive { archive, mirror in
            let yard = try Yard(archive, mirror)
            let file = BuiltProgram.signingKey(yard.store)
            let half = SigningKeyFile.publicPath(of: file)
            let others = try SigningKey().verifying.pem
            try Files.makeDirectory(half.removingLastComponent())
            try Files.writeAtomically(others, to: half)
            let outcome = try await yard.command("build").run()
            #expect(
                outcome.succeeded && outcome.errors.contains("stays unsigned")
                    && outcome.errors.contains("no private one beside it"), "\(outcome.errors)")
            #expect(try Files.read(half) == others && !Files.exists(file))
            let ship = try AttestedShip(yard)
            let signed = try await ship.berth("sign")
            #expect(signed.code == 64 && signed.errors.contains(half.string), "\(signed.errors)")
            #expect(try Files.read(half) == others && !Files.exists(file))
        }
    }

    @Test func `a key that others may read is not used`() async throws {
        try await withShip { ship in
            for mode in [0o640, 0o604, 0o620, 0o666] {
                try AttestedShip.setMode(ship.keyFile, mode)
                let outcome = try await ship.berth("sign")
                #expect(outcome.code == 64 && outcome.errors.contains("chmod 600"), "\(outcome.errors)")
            }
            try ship.yard.folder.write(["ship/berth.yaml": .text(Yard.recipe + "directory: /srv\n")])
            _ = try await ship.yard.command("lock").output()
            let build = try await ship.yard.command("build").run()
            #expect(build.code == 64 && build.errors.contains("chmod 600"), "\(build.errors)")
            try AttestedShip.setMode(ship.keyFile, 0o400)
            #expect(try await ship.yard.command("build").run().succeeded)
        }
    }

    @Test func `a key that is none, locked or missing is named`() async throws {
        try await withShip { ship in
            let file = ship.yard.folder.path.appending("other.pem")
            for (bytes, words) in [
                (Array("nonsense".utf8), "no private key"),
                (Array("-----BEGIN ENCRYPTED PRIVATE KEY-----\n".utf8), "password"),
                (try ship.key.verifying.pem, "no private key"),
            ] {
                try Files.writeAtomically(bytes, to: file, mode: 0o600)
                let outcome = try await ship.berth("sign", "--key", file.string)
                #expect(outcome.code == 64 && outcome.errors.contains(words), "\(outcome.errors)")
            }
            let missing = try await ship.berth("sign", "--key", file.string + ".none")
            #expect(missing.code == 4 && missing.errors.contains("there is no signing key"), "\(missing.errors)")
            let half = try await ship.berth("verify", "--key", ship.keyFile.string)
            #expect(half.code == 64 && half.errors.contains("-pubout"), "\(half.errors)")
        }
    }

    @Test func `where no key can be kept the image is built and said to be unsigned`() async throws {
        try await withArchive { archive, mirror in
            let yard = try Yard(archive, mirror)
            try yard.folder.write(["occupied": "a file\n"])
            var command = try yard.command("build")
            command.environment["BERTH_SIGNING_KEY"] = yard.folder.path.pushing("occupied/signing.pem").string
            let outcome = try await command.run()
            #expect(outcome.succeeded && outcome.errors.contains("stays unsigned"), "\(outcome.errors)")
            let ship = try AttestedShip(yard)
            let verified = try await ship.berth("verify")
            #expect(verified.code == 12 && verified.errors.contains("has no signature"), "\(verified.errors)")
            #expect(verified.errors.contains("hint: sign it: berth image sign"))
            #expect(try await ship.berth("sign").succeeded)
            #expect(try await ship.berth("verify").succeeded)
            #expect(try ship.version.attachments?.count == 3)
        }
    }
}
