import BerthArchive
import BerthStore
import BerthSystem
import BerthTestSupport
import Foundation
import SystemPackage
import Testing

@testable import BerthImage

/// What was built and signed here verifies elsewhere, after a registry that others wrote.
@Suite(.linuxOnly("docker-registry")) struct RegistryRoundTripTests {
    @Test func `a signed version that another store pulls verifies with the public key`() async throws {
        try await withShip { ship in
            try await DebianRegistry.serving { registry in
                let version = try ship.version
                let target = "\(registry.host)/team/ship:\(version.tag)"
                let pushed = try await ship.berth("push", target)
                #expect(pushed.succeeded, "\(pushed.errors)")
                let folder = try TemporaryFolder("elsewhere")
                let home = folder.path.appending("store")
                let pulled = try await BuiltProgram.command(["image", "pull", target], home: home).run()
                #expect(pulled.succeeded, "\(pulled.errors)")
                let half = SigningKeyFile.publicPath(of: ship.keyFile).string
                let verified = try await BuiltProgram.command(
                    ["image", "verify", "ship:\(version.tag)", "--key", half], home: home
                ).run()
                #expect(verified.succeeded && verified.output.contains("good, of key"), "\(verified)")
                let there = try VersionCatalog(Store.open(home)).resolve("ship:\(version.tag)")
                #expect(there.index == version.index)
                #expect(
                    Set((there.attachments ?? []).map(\.manifest)) == Set((version.attachments ?? []).map(\.manifest)))
                let key = try ship.key.verifying.id
                #expect(there.attachments?.compactMap(\.key) == [key])
                let check = try await BuiltProgram.command(["store", "check", "--read-data"], home: home).run()
                #expect(check.succeeded && check.output.hasSuffix("no damage found\n"), "\(check)")
                // Back where it was built nothing is lost: neither lock nor signature.
                let again = try await BuiltProgram.command(
                    ["image", "pull", target, "--as", "ship"], home: ship.yard.store
                ).run()
                #expect(again.succeeded, "\(again.errors)")
                let here = try ship.version
                #expect(here.lock == version.lock && here.attachments == version.attachments)
                #expect(try await ship.berth("verify").succeeded)
            }
        }
    }
}
