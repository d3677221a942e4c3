import BerthArchive
import BerthDocument
import BerthSystem
import Foundation
import SystemPackage
import Testing

@testable import BerthLockfiles

@Suite struct PackageLockTests {
    /// Real lockfiles, beside the project's folder where they are at hand.
    private static let folder = FilePath(#filePath).removingLastComponent().removingLastComponent()
        .removingLastComponent().removingLastComponent().pushing("shared/data/lockfiles")

    private static var real: [String] {
        ((try? Files.list(folder)) ?? []).filter { $0.hasSuffix("package-lock.json.gz") }
    }

    private func lock(_ packages: String, version: Int = 3) throws -> PackageLock {
        let text = #"{"name": "p", "lockfileVersion": \#(version), "packages": {\#(packages)}}"#
        return try PackageLock(Array(text.utf8), file: "package-lock.json")
    }

    private func faults(_ packages: String, version: Int = 3) -> [String] {
        do {
            _ = try lock(packages, version: version)
            return []
        } catch let error as DocumentFaults { return error.faults.map(\.message) } catch { return ["\(error)"] }
    }

    @Test func `an entry's fields are read`() throws {
        let integrity = Integrity.of([1])
        let found = try lock(
            """
            "": {"dependencies": {"@s/a": "^1"}, "license": "MIT"},
            "node_modules/b/node_modules/@s/a": {
              "name": "real", "version": "1.2.3", "resolved": "https://host.example/real/-/real-1.2.3.tgz",
              "integrity": "\(integrity)", "dev": true, "optional": true, "peer": false, "inBundle": true,
              "hasInstallScript": true, "bin": {"x": "x.js"}, "os": ["linux", "!win32"], "cpu": "arm64", "libc": ["glibc"],
              "engines": {"node": ">=18"}, "dependencies": {"c": "1", "d": ""}, "optionalDependencies": {"e": "2"},
              "peerDependencies": {"f": "*"}, "peerDependenciesMeta": {"f": {"optional": true}, "g": {}}, "funding": []
            }
            """)
        #expect(found.version == 3 && found.project?.dependencies == [DependencySpec(name: "@s/a", spec: "^1")])
        let entry = try #require(found.entries.last)
        #expect(entry.folderName == "@s/a" && entry.name == "real" && entry.version == "1.2.3")
        #expect(entry.integrity == integrity && entry.place.line == 2)
        #expect(entry.flags == [.development, .optional, .bundled, .installScript])
        #expect(entry.bins == [DependencySpec(name: "x", spec: "x.js")] && entry.systems == ["linux", "!win32"])
        #expect(entry.processors == ["arm64"] && entry.libcs == ["glibc"])
        #expect(entry.engines == [DependencySpec(name: "node", spec: ">=18")])
        #expect(entry.dependencies.map(\.name) == ["c", "d"] && entry.optionalDependencies.map(\.spec) == ["2"])
        #expect(entry.peerDependencies.map(\.name) == ["f"] && entry.optionalPeers == ["f"])
    }

    @Test func `what is wrong is told together, with its place`() {
        #expect(faults("", version: 1).first?.contains("npm 7") == true)
        #expect(faults("", version: 4).first?.contains("not known") == true)
        let found = faults(
            """
            "node_modules/a": {"version": 1.0, "integrity": "sha512-x", "dev": "yes", "dependencies": ["b"]},
            "node_modules/../b": {}, "/c": {}, "d//e": {}, "../f/node_modules/g": {}, "node_modules/h": "text"
            """)
        #expect(found.count == 8, "\(found)")
        #expect(faults(#""../w": {}, "packages/x": {"version": "1"}"#).isEmpty)
        #expect(faults(#""node_modules/a": {}, "node_modules/a": {}"#).first?.contains("second time") == true)
        let none = #"{"lockfileVersion": 3}"#
        #expect(throws: DocumentFaults.self) { try PackageLock(Array(none.utf8), file: "f") }
    }

    @Test(.enabled(if: !real.isEmpty), arguments: real) func `real lockfiles are read, entry by entry`(_ name: String)
        async throws
    {
        var command = Command(try Programs.require("gzip", remedy: ""), ["-dc", Self.folder.appending(name).string])
        command.limit = .seconds(60)
        let text = try await command.output()
        let found = try PackageLock(Array(text.utf8), file: name)
        // Foundation reads the same file.
        let root = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        let packages = try #require(root["packages"] as? [String: [String: Any]])
        #expect(found.entries.count == packages.count && found.entries.count > 500)
        for entry in found.entries {
            let expected = try #require(packages[entry.location])
            #expect(entry.version == expected["version"] as? String)
            #expect(entry.integrity?.description == expected["integrity"] as? String)
            #expect(entry.flags.contains(.development) == (expected["dev"] as? Bool ?? false))
            #expect(entry.flags.contains(.optional) == (expected["optional"] as? Bool ?? false))
            #expect(entry.flags.contains(.link) == (expected["link"] as? Bool ?? false))
            #expect(entry.flags.contains(.installScript) == (expected["hasInstallScript"] as? Bool ?? false))
            #expect(entry.processors == expected["cpu"] as? [String] ?? [])
            #expect(entry.dependencies.count == (expected["dependencies"] as? [String: String] ?? [:]).count)
            #expect(entry.bins.count == (expected["bin"] as? [String: String] ?? [:]).count)
        }
    }
}
