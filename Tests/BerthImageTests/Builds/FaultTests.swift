import BerthArchive
import BerthPackages
import BerthSystem
import BerthTestSupport
import Foundation
import SystemPackage
import Testing

@testable import BerthImage

/// Builds that are hurt: afterwards the store is whole and the next build works.
struct FaultTests {
    private func fragments(_ yard: Yard, _ suffix: String) throws -> [FilePath] {
        let folder = yard.store.appending("fragments")
        return try Tree(reading: folder).nodes.keys.filter { $0.hasSuffix(suffix) }.sorted()
            .map { folder.pushing(FilePath($0)) }
    }

    /// Forgets what was built, so that the next build has work to do.
    private func forget(_ yard: Yard, keeping suffixes: [String] = []) throws {
        for path in try fragments(yard, "") where !suffixes.contains(where: { path.string.hasSuffix($0) }) {
            _ = try Files.remove(path)
        }
        for name in try Files.list(yard.store.appending("versions")) {
            _ = try Files.remove(yard.store.appending("versions").appending(name))
        }
    }

    @Test func `a kept fragment with a flipped bit is made again`() async throws {
        try await withArchive { archive, mirror in
            let yard = try Yard(archive, mirror)
            let first = try await yard.build()
            try forget(yard, keeping: [".run", ".json"])
            for run in try fragments(yard, ".run") {
                var bytes = try Files.read(run)
                bytes[bytes.count / 2] ^= 0x10
                try Files.writeAtomically(bytes, to: run)
            }
            let outcome = try await yard.command("build").run()
            #expect(outcome.succeeded, "\(outcome.errors)")
            #expect(outcome.errors.contains("is made again"))
            #expect(try BuiltImage(outcome.output).digest == first.digest)
        }
    }

    @Test func `a package that rotted in the store is named and not used`() async throws {
        try await withArchive { archive, mirror in
            let yard = try Yard(archive, mirror)
            _ = try await yard.build()
            try forget(yard)
            let lock = try #require(try LockFile.read(yard.recipe.appending("berth.lock")))
            let rope = try #require(lock.platforms[0].debian.first { $0.name == "rope" })
            let blob = yard.store.pushing("blobs/sha256").appending(rope.sha256.hex)
            var bytes = try Files.read(blob)
            bytes[bytes.count - 2000] ^= 1
            try Files.writeAtomically(bytes, to: blob)
            let outcome = try await yard.command("build").run()
            #expect(outcome.code == BerthSystem.ExitStatus.damaged.rawValue)
            #expect(outcome.errors.contains("rope_1.0_amd64.deb"))
            #expect(outcome.errors.contains("berth store repair"))
        }
    }

    @Test func `a build killed at any moment leaves a whole store, and the next one works`() async throws {
        try await withArchive { archive, mirror in
            let yard = try Yard(archive, mirror)
            let expected = try await yard.build()
            let build = try yard.command("build")
            for _ in 0..<10 {
                try forget(yard)
                let delay = Double.random(in: 0.01...0.4)
                var command = Command(
                    "/bin/sh",
                    ["-c", "\"$0\" \"$@\" & sleep \(delay); kill -9 $!; wait", build.program.string] + build.arguments)
                command.environment = build.environment
                _ = try await command.run()
                let check = try await yard.checkStore()
                #expect(check.succeeded, "after \(delay) s: \(check.output) \(check.errors)")
            }
            #expect(try await yard.build().digest == expected.digest)
            #expect(try await yard.checkStore().succeeded)
        }
    }

    @Test func `a lock killed at any moment leaves the old lock or a whole new one`() async throws {
        try await withArchive { archive, mirror in
            let yard = try Yard(archive, mirror)
            let lock = try yard.command("lock")
            _ = try await lock.output()
            for _ in 0..<6 {
                try Files.removeTree(yard.store)
                let delay = Double.random(in: 0.01...0.3)
                var command = Command(
                    "/bin/sh",
                    ["-c", "\"$0\" \"$@\" & sleep \(delay); kill -9 $!; wait", lock.program.string] + lock.arguments)
                command.environment = lock.environment
                _ = try await command.run()
                #expect(try LockFile.read(yard.recipe.appending("berth.lock")) != nil)
            }
            _ = try await yard.build(["--locked"])
            #expect(try await yard.checkStore().succeeded)
        }
    }

    @Test func `builds at once on one store end alike`() async throws {
        try await withArchive { archive, mirror in
            let yard = try Yard(archive, mirror)
            _ = try await yard.command("lock").output()
            let digests = try await inParallel(Array(0..<4), limit: 4) { _ in try await yard.build(["--locked"]).digest
            }
            #expect(Set(digests).count == 1)
            let check = try await yard.checkStore()
            #expect(check.succeeded, "\(check.output) \(check.errors)")
        }
    }
}
