import BerthArchive
import BerthSystem
import BerthTestSupport
import Foundation
import SystemPackage
import Testing

@testable import BerthImage

/// Where a tool comes from on a night on which a registry is out of reach, and what is fetched again.
struct ToolSourceTests {
    private static let packages = [
        NpmBuilder("compass", "1.2.0", ["needle": "^1"]).with { $0.bins = [("compass", "cli.js")] },
        NpmBuilder("needle", "1.0.0"), NpmBuilder("chart", "2.0.0"),
    ]

    /// An archive with one program, as `tar` makes it; its address and hash.
    private static func vendor(_ folder: FilePath) async throws -> (address: String, hash: String) {
        try (["top/bin/compass": .program("#!/bin/sh\n")] as Tree).write(to: folder)
        let file = folder.appending("compass.tar.gz")
        let tar = try Programs.require("tar", remedy: "install tar")
        _ = try await Command(tar, ["-C", folder.string, "-czf", file.string, "top"]).output()
        return ("file://\(file)", try FileDigest.of(file).hex)
    }

    private static func recipe(_ tools: String) -> String {
        """
        name: ship
        platforms: [linux/amd64]
        debian: {suite: harbour, packages: [libc6]}
        user: {name: runner, id: 1001}
        tools:
        \(tools)

        """
    }

    private struct Dock {
        let yard: Yard
        let registry: Mirror
        let vendor: (address: String, hash: String)

        func lock(_ recipe: String? = nil) async throws -> Command.Outcome {
            if let recipe { try Files.writeAtomically(recipe, to: yard.recipe.appending("berth.yaml")) }
            var command = try yard.command("lock")
            command.environment["npm_config_registry"] = registry.address + "/"
            return try await command.run()
        }

        var tools: [LockedTool] {
            get throws {
                try #require(try LockFile.read(yard.recipe.appending("berth.lock"))?.platforms.first?.tools)
            }
        }

        var tarballs: Int { registry.requests.count { $0.path.hasSuffix(".tgz") } }
    }

    private func withDock(_ body: (Dock) async throws -> Void) async throws {
        let folder = try TemporaryFolder("vendor")
        let vendor = try await Self.vendor(folder.path)
        try await withArchive { archive, mirror in
            try await archive.publish(ToolTests.packages)
            let yard = try Yard(archive, mirror)
            try await NpmRegistryDouble(Self.packages).serving { registry in
                try await body(Dock(yard: yard, registry: registry, vendor: vendor))
            }
        }
    }

    @Test func `a registry that is out of reach for a night does not change where a tool comes from`() async throws {
        try await withDock { dock in
            let recipe = Self.recipe(
                """
                  - name: compass
                    from:
                      - npm: compass@1
                      - archive: \(dock.vendor.address)
                        sha256: {linux/amd64: \(dock.vendor.hash)}
                        take: {bin: /usr/local/bin}
                """)
            dock.registry.set(.status(503), for: "compass")
            let first = try await dock.lock(recipe)
            #expect(first.succeeded, "\(first)")
            #expect(try dock.tools.map(\.choice) == [1])
            dock.registry.heal("compass")
            let second = try await dock.lock()
            #expect(second.succeeded, "\(second)")
            let tools = try dock.tools
            #expect(tools.map(\.choice) == [0])
            dock.registry.set(.status(503), for: "compass")
            let kept = try await dock.lock()
            #expect(kept.succeeded && kept.errors.contains("compass stays at 1.2.0"), "\(kept)")
            #expect(try dock.tools == tools)
            // What the store lacks can't be kept, nor what another recipe may not want: then it is for later.
            let changed = try await dock.lock(recipe.replacing("compass@1", with: "compass@^1.2"))
            #expect(changed.code == BerthSystem.ExitStatus.temporary.rawValue, "\(changed)")
            let blobs = dock.yard.store.pushing("blobs/sha256")
            try Files.remove(blobs.appending(try #require(tools.first?.files.first).sha256.hex))
            let lost = try await dock.lock(recipe)
            #expect(lost.code == BerthSystem.ExitStatus.temporary.rawValue, "\(lost)")
            #expect(try dock.tools == tools)
        }
    }

    @Test func `an optional tool that is gone from its registry stays as the lock before had it`() async throws {
        try await withDock { dock in
            let first = try await dock.lock(
                Self.recipe("  - {name: chart, optional: the stars do, from: [{npm: chart@2}]}"))
            #expect(first.succeeded, "\(first)")
            dock.registry.set(.status(404), for: "chart")
            let kept = try await dock.lock()
            #expect(kept.errors.contains("chart stays at 2.0.0"), "\(kept)")
            #expect(try dock.tools.map(\.name) == ["chart"])
        }
    }

    @Test func `what the store has is not fetched again by a new lock`() async throws {
        try await withDock { dock in
            let recipe = Self.recipe("  - {name: compass, from: [{npm: compass@1}]}")
            let first = try await dock.lock(recipe)
            #expect(first.succeeded, "\(first)")
            let lock = try Files.read(dock.yard.recipe.appending("berth.lock"))
            let count = dock.tarballs
            #expect(count == 2)
            let second = try await dock.lock()
            #expect(second.succeeded && dock.tarballs == count, "\(second)")
            #expect(try Files.read(dock.yard.recipe.appending("berth.lock")) == lock)
            // A lock that calls another blob by the registry's hash is not believed.
            let files = try dock.tools.flatMap(\.files)
            let text = String(decoding: lock, as: UTF8.self)
            let forged = text.replacing(files[0].sha256.hex, with: files[1].sha256.hex)
            try Files.writeAtomically(forged, to: dock.yard.recipe.appending("berth.lock"))
            let third = try await dock.lock()
            #expect(third.succeeded && dock.tarballs == count + 1, "\(third)")
            #expect(try Files.read(dock.yard.recipe.appending("berth.lock")) == lock)
        }
    }

    @Test func `Node from an archive may be called node, and its version may be stated`() async throws {
        try await withDock { dock in
            func recipe(_ version: String) -> String {
                Self.recipe(
                    """
                      - name: node
                        from:
                          - archive: \(dock.vendor.address)
                            sha256: {linux/amd64: \(dock.vendor.hash)}
                            take: {bin: /usr/local/bin}
                            \(version)
                      - {name: chart, from: [{npm: chart@2}]}
                    """)
            }
            let plain = try await dock.lock(recipe("strip: 1"))
            #expect(plain.succeeded, "\(plain)")
            #expect(try dock.tools.map(\.version) == [String(dock.vendor.hash.prefix(12)), "2.0.0"])
            let stated = try await dock.lock(recipe("version: 24.11.0"))
            #expect(stated.succeeded, "\(stated)")
            #expect(try dock.tools.map(\.version) == ["24.11.0", "2.0.0"])
            let wrong = try await dock.lock(recipe("version: 24 lts"))
            #expect(wrong.code == BerthSystem.ExitStatus.usage.rawValue, "\(wrong)")
        }
    }
}
