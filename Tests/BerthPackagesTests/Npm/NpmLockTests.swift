import BerthArchive
import BerthRegistry
import BerthSystem
import Testing

@testable import BerthPackages

/// What a `package-lock.json` puts onto a target.
@Suite struct NpmLockTests {
    private let target: NpmTarget
    private let configuration: NpmConfiguration

    init() throws {
        target = try #require(NpmTarget(processor: .arm64, node: "24.11.0"))
        configuration = NpmConfiguration(registry: try Address("https://mirror.example/npm/"))
    }

    private static let hash = #""integrity": "\#(Integrity.of([1]))""#

    private func packages(_ entries: String, project: String = #""a": "1""#) throws -> [NpmPackage] {
        let text = #"{"lockfileVersion": 3, "packages": {"": {"dependencies": {\#(project)}}, \#(entries)}}"#
        return try configuration.packages(of: NpmLocks.parse(text), for: target).packages
    }

    private func refusal(_ entries: String) -> String {
        do {
            _ = try packages(entries)
            return "accepted"
        } catch let error as BerthError { return error.what } catch { return "\(error)" }
    }

    @Test func `addresses come from the configured registry, other hosts only where they are no registry's`() throws {
        let found = try packages(
            """
            "node_modules/a": {"version": "1.0.0", "resolved": "https://old.example/a/-/a-1.0.0.tgz", \(Self.hash)},
            "node_modules/b": {"version": "2.0.0", "resolved": "https://cdn.example/get/b", \(Self.hash)},
            "node_modules/a/node_modules/@s/c": {"name": "@t/d", "version": "3.0.0", \(Self.hash), "bin": {"c": "c.js"}}
            """)
        #expect(found.map(\.name) == ["a", "@t/d", "b"] && found.map(\.isRequested) == [true, false, false])
        #expect(found[0].addresses.map { "\($0)" } == ["https://mirror.example/npm/a/-/a-1.0.0.tgz"])
        #expect(found[1].addresses.map { "\($0)" } == ["https://mirror.example/npm/%40t/d/-/d-3.0.0.tgz"])
        #expect(found[2].addresses.last.map { "\($0)" } == "https://cdn.example/get/b")
        #expect(found[1].location == "node_modules/a/node_modules/@s/c" && found[1].bins?.count == 1)
    }

    @Test func `development, bundled and foreign entries stay out, with what only they need`() throws {
        let found = try packages(
            """
            "node_modules/a": {"version": "1.0.0", \(Self.hash), "dependencies": {"kept": "1"},
              "optionalDependencies": {"mac": "1", "arm": "1"}},
            "node_modules/kept": {"version": "1.0.0", \(Self.hash)},
            "node_modules/dev": {"version": "1.0.0", \(Self.hash), "dev": true},
            "node_modules/a/node_modules/inner": {"version": "1.0.0", "inBundle": true},
            "node_modules/mac": {"version": "1.0.0", \(Self.hash), "optional": true, "os": ["darwin"], "dependencies": {"only-mac": "1", "kept": "1"}},
            "node_modules/only-mac": {"version": "1.0.0", \(Self.hash), "optional": true},
            "node_modules/arm": {"version": "1.0.0", \(Self.hash), "optional": true, "cpu": ["arm64"], "libc": ["glibc"]}
            """)
        #expect(found.map(\.name) == ["a", "arm", "kept"] && found.map(\.isOptional) == [false, true, false])
    }

    @Test func `what no registry has is refused with its place`() {
        let hash = Self.hash
        #expect(refusal(#""node_modules/a": {"link": true, "resolved": "packages/a"}"#).contains("link"))
        #expect(refusal(#""node_modules/a": {"version": "1.0.0"}"#).contains("no hash"))
        #expect(refusal(#""packages/a": {"version": "1.0.0", \#(hash)}"#).contains("location"))
        #expect(refusal(#""node_modules/b/node_modules/a": {"version": "1.0.0", \#(hash)}"#).contains("location"))
        let git = refusal(
            #""node_modules/a": {"version": "1.0.0", \#(hash), "resolved": "git+ssh://me:s3cret@h.example/a"}"#)
        #expect(git.contains("no registry") && !git.contains("s3cret"))
        #expect(
            refusal(#""node_modules/a": {"version": "1.0.0", \#(hash), "hasInstallScript": true}"#).contains("scripts"))
        #expect(refusal(#""node_modules/a": {"version": "1.0.0", \#(hash), "os": ["win32"]}"#).contains("platform"))
    }
}
